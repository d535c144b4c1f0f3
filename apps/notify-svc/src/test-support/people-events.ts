import { type CloudEvent, contractEvents, initialUserNotify, type UserNotify } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

export interface SomeUser {
  tenantId: string;
  email: string | null;
  timezone?: string | null;
  notify?: Partial<UserNotify>;
}

/** A user of a tenant, as the gateway tells of one. Versions of the events ascend. */
export const someUser = ({ tenantId, email, timezone = null, notify = {} }: SomeUser) => {
  const userId = newId();
  let version = 0;
  const told = (change: Partial<Pick<SomeUser, 'email' | 'timezone' | 'notify'>> = {}): CloudEvent => ({
    specversion: '1.0',
    id: newId(),
    source: '/aftertone/c1/gateway',
    type: contractEvents.userUpdated.type,
    subject: `identity.users.${userId}.updated`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    streamversion: ++version,
    correlationid: 'request-1',
    data: {
      userId,
      user: {
        ...{ username: 'anna', firstName: 'Anna', lastName: null, language: null },
        ...{ email, timezone, ...change },
        notify: { ...initialUserNotify, ...notify, ...change.notify },
      },
    },
  });
  return { userId, told };
};
