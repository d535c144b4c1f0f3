import { randomUUID } from 'node:crypto';
import { internalErrorCode, type Rpc, rpcSubject, rpcs, writeCallHeaders } from '@aftertone/contracts';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { CELL } from '../bus/connect-as-admin.ts';

const STRANGE = { nonsense: 7 };
/** No request is such a text; sent with the headers of a call and without. */
const NONSENSE = ['', '{"specversion":'];
const REPLY_MS = 10_000;

const headersOf = (tenantId: string): MsgHdrs => {
  const actor = { kind: 'system', id: 'chaos', admin: true } as const;
  const context = { tenantId, actor, correlationId: randomUUID(), deadline: Date.now() + 600_000 };
  const known = headers();
  for (const [name, value] of Object.entries(writeCallHeaders(context))) known.set(name, value);
  return known;
};

const replyTo = (connection: NatsConnection, rpc: Rpc, body: string, known?: MsgHdrs): Promise<string> =>
  connection
    .request(rpcSubject(rpc, CELL), body, { timeout: REPLY_MS, ...(known !== undefined && { headers: known }) })
    .then(
      (message) => message.string(),
      (error: unknown) => `no reply: ${error instanceof Error ? error.message : error}`,
    );

/** Sends nonsense to every call that the services answer. Returns those that were not answered with a refusal. */
export async function poisonCalls(connection: NatsConnection, tenantId: string): Promise<string[]> {
  const known = headersOf(tenantId);
  const unanswered: string[] = [];
  for (const rpc of rpcs) {
    // Calls that ask nothing pass over fields that they do not know.
    const strange = rpc.input.safeParse(STRANGE).success ? [] : [JSON.stringify(STRANGE)];
    for (const body of [...NONSENSE, ...strange]) {
      for (const some of [undefined, known]) {
        const reply = await replyTo(connection, rpc, body, some);
        if (!/"kind":"(invalid|rejected)"/.test(reply)) unanswered.push(`${rpc.name} ${body}: ${reply.slice(0, 200)}`);
      }
    }
  }
  return unanswered;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** In the shape that the contracts ask for, and nothing that a database could keep or look for. */
const wicked = (mailboxId: string): [string, Record<string, unknown>][] => {
  const [messageId, storedAt] = [randomUUID(), new Date().toISOString()];
  const voice = { mediaId: randomUUID(), contentType: 'audio/wav', durationMs: 1, bytes: 1, sha256: '0'.repeat(64) };
  const metadata = { callId: null };
  const deposit = { mailboxId, messageId, metadata, storedAt };
  return [
    ['deposit-message', { ...deposit, voice: { ...voice, type: 'voice', codec: '\u0000' } }],
    ['deposit-message', { ...deposit, voice: { ...voice, type: 'voice', codec: '\ud800' } }],
    ['list-messages', { mailboxId, cursor: '\u0000' }],
    ['list-messages', { mailboxId, cursor: 'x'.repeat(512) }],
    ['list-mailboxes', { cursor: '\u0000' }],
    ['verify-pin', { id: mailboxId, pin: '\u0000' }],
    ['change-mailbox', { id: mailboxId, changes: { name: 'Never' }, ifVersion: MOST }],
    ['delete-message', { id: messageId, ifVersion: MOST }],
  ];
};

/**
 * Sends calls that are valid in their shape and break what handles them, some beside the deposits of others. Returns those
 * that were not answered with a refusal of any kind.
 */
export async function wickedCalls(connection: NatsConnection, tenantId: string, mailboxId: string): Promise<string[]> {
  const known = headersOf(tenantId);
  const unanswered = await Promise.all(
    wicked(mailboxId).map(async ([name, input]) => {
      const rpc = rpcs.find((one) => one.name === name);
      if (rpc === undefined) throw new Error(`there is no call ${name}`);
      const parsed = rpc.input.safeParse(input);
      if (!parsed.success) throw new Error(`${name} does not have the shape: ${parsed.error.message}`);
      const reply = await replyTo(connection, rpc, JSON.stringify(input), known);
      return /"kind":"/.test(reply) && !reply.includes(internalErrorCode)
        ? []
        : [`${name} ${JSON.stringify(input)}: ${reply.slice(0, 200)}`];
    }),
  );
  return unanswered.flat();
}
