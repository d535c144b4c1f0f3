import type { RecordedEvent } from '@aftertone/event-store';
import { commandMeta, type Ground } from '../ground/ground.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import { greetingsAggregate } from './greetings.aggregate.ts';

const service = 'mailbox-svc';

/** Purges what closed mailboxes said. Nothing new can be said: the append checks under its lock that the mailbox is open. */
export class GreetingsClosing {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  async react(events: readonly RecordedEvent[]): Promise<void> {
    const closed = events.filter(({ type }) => type === 'MailboxClosed');
    // Their appends go into one commit.
    await Promise.all(closed.map((event) => this.purge(event)));
  }

  private async purge({ id: causationId, tenantId, streamId, meta }: RecordedEvent): Promise<void> {
    await this.ground.store.handle(greetingsAggregate, {
      tenantId,
      id: streamId.slice(`${mailboxAggregate.type}-`.length),
      command: { type: 'PurgeGreetings', data: {}, meta: commandMeta(this.ground) },
      meta: { actor: { kind: 'system', id: service }, correlationId: meta.correlationId, causationId },
    });
  }
}
