import type { Counts, Mailbox, MemberGrant, MessageItem } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMailbox, newPerson, type Person } from './access/world.ts';
import { type Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';
import { EventStream } from './sse.ts';

let platform: Platform;
let admin: Client;
let reader: Person;
let agent: Person;
let second: Person;
let manager: Person;
let outsider: Person;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  const people = await Promise.all(Array.from({ length: 5 }, () => newPerson(admin)));
  [reader, agent, second, manager, outsider] = people as [Person, Person, Person, Person, Person];
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const join = (box: Mailbox, { user }: Person, grant: MemberGrant, by = admin) =>
  by.send('PUT', `/v1/mailboxes/${box.id}/members/${user.id}`, grant);

const group = async (settings: Record<string, unknown> = {}): Promise<Mailbox> => {
  const box = await newMailbox(admin, { accessType: 'group', ...settings });
  const grants = [
    [reader, { role: 'reader' }],
    [agent, { role: 'agent' }],
    [second, { role: 'agent' }],
    [manager, { role: 'manager' }],
  ] as const;
  for (const [person, grant] of grants) expect((await join(box, person, grant)).status).toBe(200);
  return box;
};

const leave = (box: Mailbox) => admin.leave(box.id, { metadata: { callerNumber: '+4930123' } });

const refusal = async (response: Response) => {
  const { code, details } = await problemOf(response);
  return { status: response.status, code, details };
};

const countsOf = ({ client }: Person, box: Mailbox) => client.json<Counts>('GET', `/v1/mailboxes/${box.id}/counts`);

const listed = async ({ client }: Person, box: Mailbox, query = ''): Promise<MessageItem[]> => {
  const { items } = await client.json<{ items: MessageItem[] }>('GET', `/v1/mailboxes/${box.id}/messages${query}`);
  return items;
};

describe('a group mailbox', () => {
  it('lets each member do what the role allows, and does not exist for others', async () => {
    const box = await group();
    const { id } = await leave(box);
    const path = `/v1/messages/${id}`;
    for (const person of [reader, agent, manager])
      expect((await listed(person, box)).map((one) => one.id)).toEqual([id]);
    for (const at of [path, `/v1/mailboxes/${box.id}`, `/v1/mailboxes/${box.id}/members`]) {
      expect((await outsider.client.send('GET', at)).status).toBe(404);
    }
    const lacking = (right: string) => ({ status: 403, code: 'right-required', details: { right } });
    expect(await refusal(await reader.client.send('PATCH', path, { urgent: true }))).toEqual(lacking('mark'));
    expect(await refusal(await reader.client.send('DELETE', path))).toEqual(lacking('delete'));
    expect(await agent.client.json('PATCH', path, { urgent: true })).toMatchObject({ urgent: true });
    const rename = ['PATCH', `/v1/mailboxes/${box.id}`, { name: 'Ours' }] as const;
    expect(await refusal(await agent.client.send(...rename))).toEqual(lacking('settings'));
    expect(await manager.client.json(...rename)).toMatchObject({ name: 'Ours' });
    expect(await refusal(await manager.client.send('PATCH', `/v1/mailboxes/${box.id}`, { number: '1' }))).toMatchObject(
      {
        status: 403,
        code: 'administrator-required',
      },
    );
  });

  it('is open to those whom a manager lets in, until they leave', async () => {
    const box = await group();
    expect((await join(box, outsider, { rights: ['listen'] }, agent.client)).status).toBe(403);
    expect((await join(box, outsider, { rights: ['listen'] }, manager.client)).status).toBe(200);
    const { items } = await manager.client.json<{ items: unknown[] }>('GET', `/v1/mailboxes/${box.id}/members`);
    expect(items).toHaveLength(5);
    expect(items).toContainEqual(
      expect.objectContaining({ userId: outsider.user.id, role: null, rights: ['listen', 'deposit'] }),
    );
    expect(await listed(outsider, box)).toEqual([]);
    const membership = `/v1/mailboxes/${box.id}/members/${outsider.user.id}`;
    expect((await outsider.client.send('DELETE', membership)).status).toBe(204);
    expect((await outsider.client.send('GET', `/v1/mailboxes/${box.id}`)).status).toBe(404);
  });

  it('tells each member of an own heard state, and nobody else of it', async () => {
    const box = await group({ heardState: 'member' });
    const { id } = await leave(box);
    const streams = await Promise.all(
      [reader, agent].map(({ client }) => EventStream.open(platform.url, client.token)),
    );
    expect(await reader.client.json('PATCH', `/v1/messages/${id}`, { heard: true })).toMatchObject({ heard: true });
    expect(await listed(reader, box)).toMatchObject([{ heard: true }]);
    expect(await listed(agent, box)).toMatchObject([{ heard: false }]);
    expect(await listed(reader, box, '?heard=false')).toEqual([]);
    expect(await countsOf(reader, box)).toMatchObject({ new: 0, heard: 1 });
    expect(await countsOf(agent, box)).toMatchObject({ new: 1, heard: 0 });
    const [own, others] = streams;
    await eventually(() => expect(own?.ofType('message_updated').at(-1)?.event.data).toMatchObject({ messageId: id }));
    // What everybody is told comes later than the mark, so that the mark would have come too.
    await agent.client.json('PATCH', `/v1/messages/${id}`, { urgent: true });
    await eventually(() => expect(others?.ofType('message_updated')).toHaveLength(1));
    expect(others?.ofType('message_updated')[0]?.event.data.changed).toEqual(['urgent']);
    for (const stream of streams) stream.close();
  });
});

describe('a team', () => {
  it('gives a message to one of two who claim it at once, and tells the other who has it', async () => {
    const box = await group();
    const { id } = await leave(box);
    const dueAt = '2030-01-01T09:00:00.000Z';
    const answers = await Promise.all(
      [agent, second].map(async ({ client, user }) => ({
        userId: user.id,
        response: await client.send('POST', `/v1/messages/${id}/claim`, { dueAt }),
      })),
    );
    const [winner, ...more] = answers.filter(({ response }) => response.status === 200);
    const loser = answers.find(({ response }) => response.status !== 200);
    expect(more).toEqual([]);
    if (winner === undefined || loser === undefined) throw new Error('both of them have it');
    expect(await refusal(loser.response)).toEqual({
      status: 409,
      code: 'message-claimed',
      details: { assigneeUserId: winner.userId, dueAt },
    });
    const [has, lacks] = winner.userId === agent.user.id ? [agent, second] : [second, agent];
    expect(await listed(has, box, '?assignee=me')).toMatchObject([{ id, state: 'claimed', dueAt }]);
    expect(await listed(lacks, box, '?assignee=me')).toEqual([]);
    expect(await listed(lacks, box, `?assignee=${winner.userId}&state=claimed`)).toHaveLength(1);
    expect(await listed(lacks, box, '?assignee=none')).toEqual([]);
    expect((await lacks.client.send('POST', `/v1/messages/${id}/done`)).status).toBe(409);
    expect(await has.client.json('POST', `/v1/messages/${id}/done`)).toMatchObject({ state: 'done' });
    expect(await listed(lacks, box, '?state=done')).toHaveLength(1);
    expect(await manager.client.json('POST', `/v1/messages/${id}/release`)).toMatchObject({
      state: 'open',
      assigneeUserId: null,
    });
    const given = await manager.client.json('POST', `/v1/messages/${id}/assign`, { userId: reader.user.id });
    expect(given).toMatchObject({ state: 'claimed', assigneeUserId: reader.user.id });
    expect((await manager.client.send('POST', `/v1/messages/${id}/assign`, { userId: outsider.user.id })).status).toBe(
      422,
    );
  });

  it('works on many at once', async () => {
    const box = await group();
    const ids = [(await leave(box)).id, (await leave(box)).id];
    const run = { action: 'assign', userId: second.user.id };
    const { results } = await agent.client.json<{ results: unknown[] }>('POST', '/v1/messages/batch', { ids, run });
    expect(results).toMatchObject(ids.map((id) => ({ id, ok: true })));
    expect(await listed(second, box, '?assignee=me')).toHaveLength(2);
  });
});

describe('a global mailbox', () => {
  it('is open to every user by its default role', async () => {
    const box = await newMailbox(admin, { accessType: 'global', defaultRole: 'reader' });
    const { id } = await leave(box);
    expect(await listed(outsider, box)).toHaveLength(1);
    expect((await outsider.client.send('PATCH', `/v1/messages/${id}`, { heard: true })).status).toBe(403);
    await admin.json('PATCH', `/v1/mailboxes/${box.id}`, { defaultRole: 'agent' });
    expect(await outsider.client.json('PATCH', `/v1/messages/${id}`, { heard: true })).toMatchObject({ heard: true });
  });

  it('is the only one of its context where the tenant wants it so', async () => {
    const { tenantId } = platform.demo;
    const only = { accessType: 'global', context: 'only' };
    const settings = `/v1/tenants/${tenantId}`;
    await admin.json('PATCH', settings, { multipleSharedMailboxes: false });
    try {
      await newMailbox(admin, only);
      const body = { number: '998877', name: 'Another', ...only };
      expect(await refusal(await admin.send('POST', '/v1/mailboxes', body))).toMatchObject({
        status: 409,
        code: 'shared-mailbox-exists',
      });
      const other = await newMailbox(admin, { context: 'only' });
      const promotion = await admin.send('PATCH', `/v1/mailboxes/${other.id}`, { accessType: 'global' });
      expect(await refusal(promotion)).toMatchObject({ status: 409, code: 'shared-mailbox-exists' });
    } finally {
      await admin.json('PATCH', settings, { multipleSharedMailboxes: true });
    }
    await newMailbox(admin, only);
  });
});

describe('promoting and demoting', () => {
  it('keeps the messages, and tells later events to the new audience alone', async () => {
    const box = await newMailbox(admin, { accessType: 'personal', ownerUserIds: [agent.user.id] });
    const path = `/v1/mailboxes/${box.id}`;
    const before = await leave(box);
    const [old, next] = await Promise.all(
      [agent, reader].map(({ client }) => EventStream.open(platform.url, client.token)),
    );
    if (old === undefined || next === undefined) throw new Error('there is no stream');
    const told = (stream: EventStream) => stream.ofType('message_created').map(({ event }) => event.data.messageId);

    await admin.json('PATCH', path, { accessType: 'group', ownerUserIds: [] });
    expect((await join(box, reader, { role: 'reader' })).status).toBe(200);
    expect((await listed(reader, box)).map(({ id }) => id)).toEqual([before.id]);
    expect((await agent.client.send('GET', path)).status).toBe(404);
    await eventually(() => expect(old.ofType('mailbox_updated')).toHaveLength(1));

    // Who may hear a group's events is known a moment after it became a member.
    const left = [before.id];
    const shared = await eventually(async () => {
      const { id } = await leave(box);
      left.push(id);
      await eventually(() => expect(told(next)).toContain(id), { timeoutMs: 3_000 });
      return id;
    });
    expect(told(old)).toEqual([]);

    await admin.json('PATCH', path, { accessType: 'personal', ownerUserIds: [agent.user.id] });
    const { id: last } = await leave(box);
    await eventually(() => expect(told(old)).toEqual([last]));
    expect(told(next)).toContain(shared);
    expect(told(next)).not.toContain(last);
    expect((await reader.client.send('GET', path)).status).toBe(404);
    expect((await listed(agent, box)).map(({ id }) => id)).toEqual([...left, last].reverse());
    for (const stream of [old, next]) stream.close();
  });
});
