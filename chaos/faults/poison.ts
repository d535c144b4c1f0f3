import { randomUUID } from 'node:crypto';
import { eventHeaders, eventStreamName, eventSubject, mailboxPath } from '@aftertone/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { CELL } from '../bus/connect-as-admin.ts';

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
