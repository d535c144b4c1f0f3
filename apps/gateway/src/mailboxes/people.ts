import type { Escalation } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { UsersQuery } from '../identity/users/users.query.ts';

interface Named {
  /** Place in the request. */
  path: string;
  userId: string;
}

/** Users who are told to mailbox-svc: only the gateway knows which there are. */
export class People {
  private readonly users: UsersQuery;

  constructor(users: UsersQuery) {
    this.users = users;
  }

  /** Throws `unknown-owner` with every id that is no user of the tenant. */
  async checkOwners(tenantId: string, ownerUserIds: readonly string[] = []): Promise<void> {
    const named = ownerUserIds.map((userId, index) => ({ path: `ownerUserIds.${index}`, userId }));
    await this.check(tenantId, named, 'unknown-owner', 'An owner is no user of the tenant');
  }

  /** Throws `unknown-member`. */
  async checkMember(tenantId: string, userId: string): Promise<void> {
    await this.check(tenantId, [{ path: 'userId', userId }], 'unknown-member', 'The member is no user of the tenant');
  }

  /** Throws `unknown-assignee`; `path` is the id's place in the request. */
  async checkAssignee(tenantId: string, userId: string, path = 'userId'): Promise<void> {
    await this.check(tenantId, [{ path, userId }], 'unknown-assignee', 'Work is assigned to users of the tenant');
  }

  /** Throws `unknown-recipient` when a step names somebody who is no user of the tenant. */
  async checkEscalation(tenantId: string, escalation: Pick<Escalation, 'steps'> | null | undefined): Promise<void> {
    const named = (escalation?.steps ?? []).flatMap(({ userIds }, step) =>
      userIds.map((userId, index) => ({ path: `notify.escalation.steps.${step}.userIds.${index}`, userId })),
    );
    await this.check(tenantId, named, 'unknown-recipient', 'A step of the escalation tells users of the tenant alone');
  }

  private async check(tenantId: string, named: readonly Named[], code: string, message: string): Promise<void> {
    if (named.length === 0) return;
    const known = await this.users.existing(
      tenantId,
      named.map(({ userId }) => userId),
    );
    const errors = named.flatMap(({ path, userId }) =>
      known.has(userId) ? [] : [{ path, message: 'must be a user of the tenant' }],
    );
    if (errors.length > 0) throw invalid(code, message, { errors });
  }
}
