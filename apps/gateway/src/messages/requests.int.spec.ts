import { callHeaders, mailboxCommands, type Rpc, rpcSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const cell = uniqueCell();
const password = 'a password long enough';
const refusal = { code: 'message-not-found', kind: 'not-found', message: 'none', details: {} };
/** What mailbox-svc was asked, and under which key. */
const heard: { name: string; idempotency: unknown }[] = [];

const answering = (rpc: Rpc): void => {
  gateway.parts.bus.connection().subscribe(rpcSubject(rpc, cell), {
    callback: (_error, message) => {
      const key = message.headers?.get(callHeaders.idempotency);
      heard.push({ name: rpc.name, idempotency: key ? JSON.parse(key) : undefined });
      message.respond(JSON.stringify({ error: refusal }));
    },
  });
};

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({ DATABASE_URL_GATEWAY: database.url, NATS_URL: natsUrl(), AFTERTONE_CELL: cell });
  admin = await gateway.logIn();
  for (const rpc of [
    mailboxCommands.copyMessage,
    mailboxCommands.claimMessage,
    mailboxCommands.batchMessages,
    mailboxCommands.setMember,
  ]) {
    answering(rpc);
  }
});

beforeEach(() => void heard.splice(0));

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

describe('a message is claimed', () => {
  const id = newId();
  const claims = [
    [`/v1/messages/${id}/claim`, {}],
    ['/v1/messages/batch', { ids: [id], run: { action: 'claim' } }],
  ] as const;

  it('not in another tenant than the own one, alone or in a batch', async () => {
    const below = { name: 'below', admin: { username: 'chief', password } };
    expect(await gateway.send('POST', '/v1/tenants', { token: admin, body: below })).toMatchObject({ status: 201 });
    for (const [path, body] of claims) {
      const answer = await gateway.send('POST', path, { token: admin, body, headers: { 'x-tenant': 'below' } });
      expect(answer).toMatchObject({ status: 422, body: { code: 'claim-needs-user' } });
    }
    expect(heard).toEqual([]);
    for (const [path, body] of claims) await gateway.send('POST', path, { token: admin, body });
    expect(heard).toHaveLength(2);
  });

  it('and everything else is done there as ever', async () => {
    const body = { ids: [id], run: { action: 'delete' } };
    await gateway.send('POST', '/v1/messages/batch', { token: admin, body, headers: { 'x-tenant': 'below' } });
    expect(heard).toHaveLength(1);
  });
});

describe('a copy', () => {
  const [id, mailboxId] = [newId(), newId()];
  const copy = async (key: string | undefined, body: object = { mailboxId }) => {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return gateway.send('POST', `/v1/messages/${id}/copy`, { token: admin, body, headers });
  };

  it('is asked for under the key of the request, which stands for this message and mailbox', async () => {
    await copy('once');
    await copy('once');
    await copy('once', { mailboxId: newId() });
    await copy(undefined);
    const [first, again, another, none] = heard.map(({ idempotency }) => idempotency);
    expect(first).toEqual({ route: 'copyMessage', key: 'once', bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(again).toEqual(first);
    expect(another).not.toEqual(first);
    expect(none).toBeUndefined();
  });

  it('is refused with a key that is none', async () => {
    expect(await copy('x'.repeat(256))).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(heard).toEqual([]);
  });
});

describe('a member is set', () => {
  const errorsOf = async (path: string, body: unknown) => {
    const answer = await gateway.send('PUT', `/v1/mailboxes/${newId()}/members/${path}`, { token: admin, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    return answer.body.errors;
  };

  it('by exactly one of role and rights, and the wrong field is named', async () => {
    expect(await errorsOf(newId(), { rights: ['foo'] })).toMatchObject([{ path: 'rights.0' }]);
    expect(await errorsOf(newId(), { role: 'owner' })).toMatchObject([{ path: 'role' }]);
    for (const body of [{}, { role: 'agent', rights: ['listen'] }]) {
      expect(await errorsOf(newId(), body)).toEqual([
        { path: '', message: 'must have exactly one of `role` and `rights`' },
      ]);
    }
  });

  it('and an id in the path that is none is named too', async () => {
    expect(await errorsOf('zz', { role: 'agent' })).toEqual([{ path: 'userId', message: 'must be a UUID' }]);
    expect(heard).toEqual([]);
  });
});
