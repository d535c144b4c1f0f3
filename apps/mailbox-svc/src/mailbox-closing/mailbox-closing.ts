import { asTenant, type EventMeta, type RecordedEvent } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import { inParallel } from '../calls/in-parallel.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { legalHoldCode } from '../legal-hold/refusals.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';

const pageSize = 500;
const atOnce = 32;
const service = 'mailbox-svc';
const lowestId = '00000000-0000-0000-0000-000000000000';

/**
 * Empties closed mailboxes: every message that they hold or held is purged, and when none is left the mailbox is.
 *
 * No message can come into a closed mailbox: the append checks that under its lock. What was purged is not found
 * again, so the work goes on where a kill cut it off.
 */
export class MailboxClosing {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  async react(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type === 'MailboxClosed') await this.empty(event);
    }
  }

  private async empty(closed: RecordedEvent): Promise<void> {
    const { tenantId, streamId } = closed;
    const mailboxId = streamId.slice(`${mailboxAggregate.type}-`.length);
    const { store } = this.ground;
    const meta: EventMeta = {
      actor: { kind: 'system', id: service },
      correlationId: closed.meta.correlationId,
      causationId: closed.id,
    };
    let last: string | undefined = lowestId;
    let underHold = 0;
    while (last !== undefined) {
      const ids = await this.held(tenantId, mailboxId, last);
      await inParallel(ids, atOnce, async (id) => {
        const command = { type: 'PurgeMessage', data: { mailboxId }, meta: commandMeta(this.ground) } as const;
        await store.handle(messageAggregate, { tenantId, id, command, meta }).catch((error: unknown) => {
          if (!(error instanceof DomainError) || error.code !== legalHoldCode) throw error;
          underHold += 1;
        });
      });
      last = ids.at(-1);
    }
    if (underHold > 0) {
      // Only a process of before there were holds closes such a mailbox. Others must not wait behind it.
      store.logger.error(
        { tenantId, mailboxId, underHold },
        'a closed mailbox keeps messages that are under legal hold',
      );
      return;
    }
    const command = { type: 'ConfirmPurged', data: {}, meta: commandMeta(this.ground) } as const;
    await store.handle(mailboxAggregate, { tenantId, id: mailboxId, command, meta });
  }

  private async held(tenantId: string, mailboxId: string, after: string): Promise<string[]> {
    const rows = await asTenant(this.ground.reader, tenantId, (manager) =>
      manager.query<{ id: string }[]>(
        'SELECT id FROM message WHERE tenant_id = $1 AND mailbox_id = $2 AND id > $3 ORDER BY id LIMIT $4',
        [tenantId, mailboxId, after, pageSize],
      ),
    );
    return rows.map(({ id }) => id);
  }
}
