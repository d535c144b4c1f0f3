import { newMailbox, right, type VoiceContent } from '@aftertone/contracts';
import { type EventStore, migrate, openEventStore } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { kinds } from '../ground/model.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import { migrations } from '../migrations/index.ts';
import { messageTable } from './inbox/message.projection.ts';
import { messageAggregate } from './message.aggregate.ts';

export { mailboxPublisher } from '../publishing/publisher.ts';

/** What a rebuild of the message list is given. */
export const messageList = { aggregates: [messageAggregate], tables: [messageTable] };

const actor = { kind: 'service', id: 'media-svc' } as const;
const rights: ReadonlySet<(typeof right.options)[number]> = new Set(right.options);

const voice = (): VoiceContent => ({
  ...{ type: 'voice', mediaId: newId(), contentType: 'audio/wav', codec: 'pcm_s16le', durationMs: 10_000 },
  ...{ bytes: 160_044, sha256: 'ab'.repeat(32) },
});

/** Writes messages as the service does, but without its calls: for measuring what works on its log. */
export class MessageLog {
  readonly store: EventStore;
  private readonly tenantId = newId();
  private readonly mailboxes: readonly string[];
  private count = 0;

  private constructor(store: EventStore, mailboxes: number) {
    this.store = store;
    this.mailboxes = Array.from({ length: mailboxes }, () => newId());
  }

  /** Migrates the database, and makes mailboxes of one owner each in a tenant of its own. */
  static async open({ url, kek, mailboxes = 100 }: { url: string; kek: string; mailboxes?: number }) {
    await migrate(url, migrations);
    const store = await openEventStore({ url, kek, kinds, applicationName: 'mailbox-svc' });
    const log = new MessageLog(store, mailboxes);
    await Promise.all(log.mailboxes.map((id, n) => log.makeMailbox(id, String(1_000 + n))));
    return log;
  }

  /** A message, as a caller leaves it. Every second one is heard: an event more. */
  async write(): Promise<void> {
    this.count += 1;
    const mailboxId = this.mailboxes[this.count % this.mailboxes.length] ?? '';
    const isHeard = this.count % 2 === 0;
    const place = { tenantId: this.tenantId, id: newId(), meta: { actor, correlationId: newId() } };
    const now = new Date().toISOString();
    const caller = { callerNumber: '+33155501234', callerName: 'Zoé Caller', calledNumber: '1000', callId: newId() };
    const recording = { voice: voice(), storedAt: now, maxMessageSeconds: null };
    const facts = {
      ...{ urgent: false, confidential: false, receivedAt: null, emptyMessages: 'keep' as const, forwardTo: null },
      mailboxId,
    };
    await this.store.handle(messageAggregate, {
      ...place,
      isNew: true,
      command: { type: 'DepositMessage', data: { ...facts, caller, recording }, meta: { now } },
    });
    if (!isHeard) return;
    const data = { mailboxId, changes: { heard: true }, viewer: null, rights };
    await this.store.handle(messageAggregate, { ...place, command: { type: 'ChangeMessage', data, meta: { now } } });
  }

  private async makeMailbox(id: string, number: string): Promise<void> {
    const settings = newMailbox.parse({
      ...{ number, name: 'Much', ownerUserIds: [newId()] },
      quota: { maxMessages: null, maxTotalSeconds: null },
    });
    await this.store.handle(mailboxAggregate, {
      ...{ tenantId: this.tenantId, id, isNew: true, meta: { actor, correlationId: newId() } },
      command: {
        type: 'CreateMailbox',
        data: { settings, shortId: Number(number) },
        meta: { now: new Date().toISOString() },
      },
    });
  }
}
