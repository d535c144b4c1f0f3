import { asTenant, type EventMeta } from '@aftertone/event-store';
import type { Ground } from '../../ground/ground.ts';
import { releaseFromUser } from './release-from-user.ts';

const pageSize = 500;
const lowestId = '00000000-0000-0000-0000-000000000000';

/** Takes the messages that a user has in hand from somebody who is no user any more. */
export class DepartedWork {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /**
   * In every mailbox of the tenant, deleted messages too, in pages. What the user has done stays done. It can be
   * repeated: what is released is not found again, and what somebody else has taken meanwhile is left to them.
   */
  async release({ tenantId, userId }: { tenantId: string; userId: string }, meta: EventMeta): Promise<void> {
    let after: string | undefined = lowestId;
    while (after !== undefined) {
      const messageIds = await this.inHand(tenantId, userId, after);
      await releaseFromUser(this.ground, { tenantId, userId, messageIds }, meta);
      after = messageIds.at(-1);
    }
  }

  private async inHand(tenantId: string, userId: string, after: string): Promise<string[]> {
    const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.query<{ id: string }[]>(
        `SELECT id FROM message
         WHERE tenant_id = $1 AND assignee_user_id = $2 AND state = 'claimed' AND id > $3
         ORDER BY id LIMIT $4`,
        [tenantId, userId, after, pageSize],
      ),
    );
    return rows.map(({ id }) => id);
  }
}
