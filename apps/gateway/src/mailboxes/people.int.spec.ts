import type { User } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

const password = 'a password long enough';

const newUser = async (token: string): Promise<string> => {
  const body = { username: newId(), password };
  const answer = await gateway.send<User>('POST', '/v1/users', { token, body });
  expect(answer.status).toBe(201);
  return answer.body.id;
};

const foreignUser = async (): Promise<string> => {
  const body = { name: 'below', admin: { username: 'chief', password } };
  expect(await gateway.send('POST', '/v1/tenants', { token: admin, body })).toMatchObject({ status: 201 });
  return newUser(await gateway.logIn({ tenant: 'below', username: 'chief', password }));
};

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
  });
  admin = await gateway.logIn();
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

describe('owners of a mailbox', () => {
  const requests = [
    ['POST', '/v1/mailboxes', { number: '100', name: 'Reception' }],
    ['PATCH', `/v1/mailboxes/${newId()}`, {}],
  ] as const;

  it('are users of the tenant', async () => {
    const [own, deleted, foreign] = [await newUser(admin), await newUser(admin), await foreignUser()];
    expect(await gateway.send('DELETE', `/v1/users/${deleted}`, { token: admin })).toMatchObject({ status: 204 });
    for (const [method, path, fields] of requests) {
      const body = { ...fields, ownerUserIds: [newId(), own, foreign, deleted] };
      const answer = await gateway.send(method, path, { token: admin, body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'unknown-owner' } });
      expect(answer.body.errors.map((error) => error.path)).toEqual([0, 2, 3].map((n) => `ownerUserIds.${n}`));
    }
  });

  it('are no hindrance when they are, or when there are none', async () => {
    const own = await newUser(admin);
    for (const [method, path, fields] of requests) {
      for (const owners of [{ ownerUserIds: [own.toUpperCase()] }, { ownerUserIds: [] }, {}]) {
        // Nobody serves mailboxes here: whatever the gateway lets through ends at the missing service.
        expect(await gateway.send(method, path, { token: admin, body: { ...fields, ...owners } })).toMatchObject({
          status: 503,
          body: { code: 'service-unavailable' },
        });
      }
    }
  });
});

describe('those whom an escalation tells', () => {
  const requests = [
    ['POST', '/v1/mailboxes', { number: '100', name: 'Reception' }],
    ['PATCH', `/v1/mailboxes/${newId()}`, {}],
  ] as const;
  const notifying = (...userIds: string[]) => ({
    notify: {
      escalation: {
        steps: [
          { afterSeconds: 60, sms: ['+4930'] },
          { afterSeconds: 120, userIds },
        ],
      },
    },
  });

  it('are users of the tenant', async () => {
    const own = await newUser(admin);
    for (const [method, path, fields] of requests) {
      const wrong = await gateway.send(method, path, { token: admin, body: { ...fields, ...notifying(own, newId()) } });
      expect(wrong).toMatchObject({
        status: 400,
        body: { code: 'unknown-recipient', errors: [{ path: 'notify.escalation.steps.1.userIds.1' }] },
      });
      for (const notify of [notifying(own), { notify: { escalation: null } }]) {
        // Nobody serves mailboxes here.
        const right = await gateway.send(method, path, { token: admin, body: { ...fields, ...notify } });
        expect(right).toMatchObject({ status: 503 });
      }
    }
  });
});

describe('members of a mailbox and those to whom work is assigned', () => {
  const messageId = newId();
  const requests = (userId: string) =>
    [
      ['PUT', `/v1/mailboxes/${newId()}/members/${userId}`, { role: 'agent' }, 'unknown-member', 'userId'],
      ['POST', `/v1/messages/${messageId}/assign`, { userId }, 'unknown-assignee', 'userId'],
      [
        'POST',
        '/v1/messages/batch',
        { ids: [messageId], run: { action: 'assign', userId } },
        'unknown-assignee',
        'run.userId',
      ],
    ] as const;

  it('are users of the tenant', async () => {
    for (const [method, path, body, code, field] of requests(newId())) {
      const answer = await gateway.send(method, path, { token: admin, body });
      expect(answer).toMatchObject({ status: 400, body: { code, errors: [{ path: field }] } });
    }
    const own = await newUser(admin);
    for (const [method, path, body] of requests(own)) {
      // Nobody serves mailboxes here.
      expect(await gateway.send(method, path, { token: admin, body })).toMatchObject({ status: 503 });
    }
  });

  it.each(['x', '../members', '00000000'])('are named by an id: %s is none', async (name) => {
    const path = `/v1/mailboxes/${newId()}/members/${encodeURIComponent(name)}`;
    const answer = await gateway.send('PUT', path, { token: admin, body: { role: 'agent' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ path: 'userId' }] } });
  });

  it('may leave though they are no users any more', async () => {
    const path = `/v1/mailboxes/${newId()}/members/${newId()}`;
    expect(await gateway.send('DELETE', path, { token: admin })).toMatchObject({ status: 503 });
  });
});
