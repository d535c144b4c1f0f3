import { randomUUID } from 'node:crypto';
import {
  eventHeaders,
  eventStreamName,
  eventSubject,
  mailboxPath,
  rpcSubject,
  rpcs,
  writeCallHeaders,
} from '@aftertone/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { Installation } from '../installation/installation.ts';

const CELL = 'c1';

/** A connection with every right, as no service and no subscriber has it. */
export function connectAsAdmin({ servers: { bus } }: Installation): Promise<NatsConnection> {
  const { name = '', password = '' } = bus.users.admin ?? {};
  // Services may answer nobody but the gateway.
  const inboxPrefix = '_INBOX.gateway.chaos';
  return connect({ servers: new URL(bus.url).host, user: name, pass: password, timeout: 10_000, inboxPrefix });
}

export interface Poison {
  /** By what names dead letters know them. */
  letters: string[];
  /** Ids of those that have one. */
  ids: string[];
}

/**
 * Puts into mailbox-svc's stream what no consumer can use: no JSON, an envelope without its headers, and one with all of
 * them whose data make no sense.
 */
export async function poisonStream(connection: NatsConnection, tenantId: string, mailboxId: string): Promise<Poison> {
  const stream = eventStreamName(CELL, 'mailbox');
  const subject = eventSubject(tenantId, mailboxPath(mailboxId, 'messages', 'created'));
  const bus = jetstream(connection);
  const { seq: first } = await bus.publish(subject, '{"specversion":');
  const bare = envelope(tenantId, mailboxId);
  const { seq: second } = await bus.publish(subject, JSON.stringify(bare));
  const { state } = await (await jetstreamManager(connection)).streams.info(stream);
  const place = headers();
  // As if it came from where the relay was a moment ago.
  place.set(eventHeaders.position, String(Math.max(1, state.last_seq - 2)));
  place.set(eventHeaders.part, '0');
  const third = envelope(tenantId, mailboxId);
  await bus.publish(subject, JSON.stringify(third), { headers: place });
  return { letters: [`${stream}:${first}`, `${stream}:${second}`, third.id], ids: [bare.id, third.id] };
}

const envelope = (tenantId: string, mailboxId: string) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: `/aftertone/${CELL}/mailbox`,
  type: 'message_created',
  subject: mailboxPath(mailboxId, 'messages', 'created'),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenantId,
  streamversion: 1,
  correlationid: randomUUID(),
  data: { mailboxId, messageId: 7, message: 'none' },
});

const STRANGE = { nonsense: 7 };
/** No request is such a text; sent with the headers of a call and without. */
const NONSENSE = ['', '{"specversion":'];
const REPLY_MS = 10_000;

/** Sends nonsense to every call that the services answer. Returns those that were not answered with a refusal. */
export async function poisonCalls(connection: NatsConnection, tenantId: string): Promise<string[]> {
  const actor = { kind: 'system', id: 'chaos', admin: true } as const;
  const context = { tenantId, actor, correlationId: randomUUID(), deadline: Date.now() + 600_000 };
  const known = headers();
  for (const [name, value] of Object.entries(writeCallHeaders(context))) known.set(name, value);
  const unanswered: string[] = [];
  for (const rpc of rpcs) {
    const subject = rpcSubject(rpc, CELL);
    // Calls that ask nothing pass over fields that they do not know.
    const strange = rpc.input.safeParse(STRANGE).success ? [] : [JSON.stringify(STRANGE)];
    for (const body of [...NONSENSE, ...strange]) {
      for (const options of [{ timeout: REPLY_MS }, { timeout: REPLY_MS, headers: known }]) {
        const reply = await connection.request(subject, body, options).then(
          (message) => message.string(),
          (error: unknown) => `no reply: ${error instanceof Error ? error.message : error}`,
        );
        if (!/"kind":"(invalid|rejected)"/.test(reply)) unanswered.push(`${subject} ${body}: ${reply.slice(0, 200)}`);
      }
    }
  }
  return unanswered;
}
