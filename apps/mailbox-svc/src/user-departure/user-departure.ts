import { type CloudEvent, contractEvents } from '@aftertone/contracts';
import { asTenant, type EventMeta } from '@aftertone/event-store';
import { eventData } from '../calls/event-data.ts';
import { inParallel } from '../calls/in-parallel.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import { mailboxNotFound } from '../mailboxes/mailbox.decider.ts';
import { DepartedWork } from '../messages/work/departed-work.ts';
import { byTheService, type Departed, DepartedUsers } from './departed-users.ts';

const pageSize = 500;
const atOnce = 16;
const lowestId = '00000000-0000-0000-0000-000000000000';

const departedIn = (event: CloudEvent): Departed => {
  const { userId } = eventData(contractEvents.userDeleted, event);
  return { tenantId: event.tenantid, userId };
};

/**
 * Takes a deleted user out of everything: owners, members, and what the user had in hand. It can be repeated, and goes
 * on where a kill cut it off: whoever is out already is not found again.
 */
export class UserDeparture {
  private readonly ground: Ground;
  private readonly work: DepartedWork;
  private readonly users: DepartedUsers;

  constructor(ground: Ground) {
    this.ground = ground;
    this.work = new DepartedWork(ground);
    this.users = new DepartedUsers(ground);
  }

  /** Events of other types are passed over. Throws `event-unreadable`. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type !== contractEvents.userDeleted.type) continue;
      const departed = departedIn(event);
      const meta = byTheService({ correlationId: event.correlationid, causationId: event.id });
      // First, so that whoever looks from here on finds it: what looked before is found by the second sweep.
      await this.users.note(departed, meta);
      await this.leave(departed, meta);
    }
  }

  async leave(departed: Departed, meta: EventMeta): Promise<void> {
    await this.leaveMailboxes(departed, meta);
    await this.work.release(departed, meta);
  }

  private async leaveMailboxes({ tenantId, userId }: Departed, meta: EventMeta): Promise<void> {
    const { store } = this.ground;
    let last: string | undefined = lowestId;
    while (last !== undefined) {
      const ids = await this.mailboxesOf({ tenantId, userId }, last);
      await inParallel(ids, atOnce, async (id) => {
        const command = { type: 'RemoveUser', data: { userId }, meta: commandMeta(this.ground) } as const;
        await store.handle(mailboxAggregate, { tenantId, id, command, meta, onGuard: mailboxNotFound });
      });
      last = ids.at(-1);
    }
  }

  private async mailboxesOf({ tenantId, userId }: Departed, after: string): Promise<string[]> {
    const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.query<{ id: string }[]>(
        `(SELECT mailbox_id AS id FROM mailbox_owner
          WHERE tenant_id = $1 AND user_id = $2 AND mailbox_id > $3 ORDER BY mailbox_id LIMIT $4)
         UNION
         (SELECT mailbox_id FROM mailbox_member
          WHERE tenant_id = $1 AND user_id = $2 AND mailbox_id > $3 ORDER BY mailbox_id LIMIT $4)
         ORDER BY id LIMIT $4`,
        [tenantId, userId, after, pageSize],
      ),
    );
    return rows.map(({ id }) => id);
  }
}
