import type { CloudEvent, NotifySettings } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { inParallel } from '../calls/in-parallel.ts';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { mailboxReading, type ReadMailbox } from '../mailboxes/directory/mailbox.reading.ts';
import { wholeNotify } from '../mailboxes/notify-settings.ts';
import type { NotifiedFolder } from '../messages/after-notify/after-notify.ts';
import { onMailboxGuard } from '../messages/guards.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';
import type { MessageCommand } from '../messages/message.commands.ts';
import { byTheService } from '../user-departure/departed-users.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

const atOnce = 16;

const folderOf = ({ saveAfterNotify, deleteAfterNotify }: NotifySettings): NotifiedFolder | null => {
  if (saveAfterNotify) return 'saved';
  return deleteAfterNotify ? 'trash' : null;
};

/**
 * Does with messages what their mailboxes want done when everybody has been told, and lets go of those that have been taken
 * elsewhere. What was done is in the message's own history, so events may come again and late.
 */
export class Notifications {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /** Events of other types are passed over. Throws `event-unreadable`. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    const outcomes = events.flatMap((event) => outcomeOf(event) ?? []);
    // Messages do not wait for each other; what is told of one keeps its order.
    const byMessage = Map.groupBy(outcomes, ({ tenantId, messageId }) => `${tenantId}/${messageId}`);
    await inParallel([...byMessage.values()], atOnce, async (ofOne) => {
      for (const outcome of ofOne) await this.follow(outcome);
    });
  }

  private async follow(outcome: Outcome): Promise<void> {
    const command = await this.commandFor(outcome);
    if (command === null) return;
    const { tenantId, messageId: id, cause } = outcome;
    const meta = byTheService(cause);
    try {
      await this.ground.store.handle(messageAggregate, { tenantId, id, command, meta, onGuard: onMailboxGuard });
    } catch (error) {
      // The mailbox was closed, and the message is on its way out with it.
      if (!(error instanceof DomainError) || error.code !== 'mailbox-not-found') throw error;
    }
  }

  private async commandFor({ what, tenantId, mailboxId }: Outcome): Promise<MessageCommand | null> {
    const meta = commandMeta(this.ground);
    switch (what) {
      case 'forwarded':
        return { type: 'ConfirmForwarded', data: {}, meta };
      case 'bounced':
        return { type: 'ReturnBounced', data: { mailboxId }, meta };
      case 'told': {
        const folder = await this.folderIn(tenantId, mailboxId);
        return folder && { type: 'FileNotified', data: { mailboxId, folder }, meta };
      }
    }
  }

  /** As the mailbox has it now; null: messages stay where they are. */
  private async folderIn(tenantId: string, id: string): Promise<NotifiedFolder | null> {
    const [mailbox] = await this.ground.reads.rows<ReadMailbox>(mailboxReading, tenantId, [tenantId, id, null]);
    return mailbox === undefined ? null : folderOf(wholeNotify(mailbox.notify));
  }
}
