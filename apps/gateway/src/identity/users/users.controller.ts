import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../../http/call.ts';
import { Endpoint } from '../../http/endpoint.ts';
import { userRoutes as routes } from './user.routes.ts';
import { userNotificationRoutes } from './user-notification.routes.ts';
import { UsersQuery } from './users.query.ts';
import { Users } from './users.ts';

type Routes = typeof routes;
type NotificationRoutes = typeof userNotificationRoutes;

@Controller()
export class UsersController {
  private readonly users: Users;
  private readonly query: UsersQuery;

  constructor(@Inject(Users) users: Users, @Inject(UsersQuery) query: UsersQuery) {
    this.users = users;
    this.query = query;
  }

  @Endpoint(routes.list)
  list(call: Call<Routes['list']>): Promise<Answer<Routes['list']>> {
    return this.query.list(call.session.tenantId, call.query);
  }

  @Endpoint(routes.create)
  create(call: Call<Routes['create']>): Promise<Answer<Routes['create']>> {
    return this.users.create(call.body, call);
  }

  @Endpoint(routes.read)
  read(call: Call<Routes['read']>): Promise<Answer<Routes['read']>> {
    return this.query.read(call.session.tenantId, call.id);
  }

  @Endpoint(routes.change)
  change(call: Call<Routes['change']>): Promise<Answer<Routes['change']>> {
    return this.users.change(call, call.body, call);
  }

  @Endpoint(routes.remove)
  remove(call: Call<Routes['remove']>): Promise<void> {
    return this.users.remove(call, call);
  }

  @Endpoint(userNotificationRoutes.read)
  async notifications(call: Call<NotificationRoutes['read']>): Promise<Answer<NotificationRoutes['read']>> {
    const { notify, version } = await this.query.read(call.session.tenantId, call.id);
    return { ...notify, version };
  }

  @Endpoint(userNotificationRoutes.change)
  async changeNotifications(call: Call<NotificationRoutes['change']>): Promise<Answer<NotificationRoutes['change']>> {
    const { notify, version } = await this.users.change(call, { notify: call.body }, call);
    return { ...notify, version };
  }
}
