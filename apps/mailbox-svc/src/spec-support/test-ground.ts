import { randomBytes } from 'node:crypto';
import type { Actor, CallContext, Mailbox, NewMailbox, VoiceContent } from '@aftertone/contracts';
import { newMailbox } from '@aftertone/contracts';
import { migrate, openEventStore, openReader, TenantReads } from '@aftertone/event-store';
import { newId, systemClock } from '@aftertone/kernel';
import { freshDatabase, type TestDatabase } from '@aftertone/testing';
import type { Ground } from '../ground/ground.ts';
import { entities, kinds } from '../ground/model.ts';
import { migrations } from '../migrations/index.ts';
import { makeParts, type Parts } from '../parts.ts';

/** A migrated database and as many instances of the service's parts on it as a test wants. */
export interface TestGround {
  database: TestDatabase;
  kek: string;
  /** Parts with their own store and sessions, as another process would have. */
  instance(): Promise<Instance>;
  close(): Promise<void>;
}

export interface Instance extends Parts {
  ground: Ground;
}

export const testGround = async (): Promise<TestGround> => {
  const database = await freshDatabase();
  await migrate(database.url, migrations);
  const kek = randomBytes(32).toString('base64');
  const closers: (() => Promise<void>)[] = [];
  const instance = async (): Promise<Instance> => {
    const store = await openEventStore({ url: database.url, kek, kinds });
    const reader = await openReader(database.url, entities);
    const reads = await TenantReads.open(database.url);
    closers.push(async () => {
      await reads.close();
      await reader.destroy();
      await store.close();
    });
    const ground: Ground = { store, reader, reads, clock: systemClock };
    return { ground, ...makeParts(ground) };
  };
  return {
    database,
    kek,
    instance,
    close: async () => {
      for (const close of closers) await close();
      await database.drop();
    },
  };
};

/** A tenant with an administrator and as many users as one likes. */
export class Tenant {
  readonly id = newId();
  readonly admin = this.caller({ kind: 'user', id: newId(), admin: true });

  user(): CallContext {
    return this.caller({ kind: 'user', id: newId(), admin: false });
  }

  private caller(actor: Actor): CallContext {
    return { tenantId: this.id, actor, correlationId: newId(), deadline: Date.now() + 60_000 };
  }
}

let numbers = 1000;

/** A mailbox with a number of its own, made by the tenant's administrator. */
export const makeBox = (
  parts: Parts,
  tenant: Pick<Tenant, 'admin'>,
  settings: Partial<NewMailbox> = {},
): Promise<Mailbox> =>
  parts.mailboxDesk.create(
    { mailbox: newMailbox.parse({ number: String(numbers++), name: 'Box', ...settings }) },
    tenant.admin,
  );

export const voiceOf = (durationMs = 4_000): VoiceContent => ({
  type: 'voice',
  mediaId: newId(),
  contentType: 'audio/wav',
  codec: 'pcm_s16le',
  durationMs,
  bytes: durationMs * 16 + 44,
  sha256: randomBytes(32).toString('hex'),
});

export const callerFields = {
  callerNumber: '+33155509876',
  callerName: 'Zoé Sample',
  calledNumber: '1000',
  callId: 'call-4711@pbx.example.test',
};

/** The input of a deposit with audio; `over` replaces parts of its metadata. */
export const depositInto = (mailboxId: string, over: Record<string, unknown> = {}, voice = voiceOf()) => ({
  mailboxId,
  messageId: newId(),
  metadata: { ...callerFields, urgent: false, confidential: false, ...over },
  voice,
  storedAt: new Date().toISOString(),
});

/** A context with an idempotency key. */
export const keyed = (call: CallContext, key: string, bodyHash = 'a'.repeat(64)): CallContext => ({
  ...call,
  idempotency: { route: 'POST /v1/mailboxes/{id}/messages', key, bodyHash },
});
