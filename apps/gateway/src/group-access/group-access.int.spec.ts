import { type CloudEvent, eventHeaders, eventSubject } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { jetStreamTarget } from '@aftertone/messaging';
import { eventually, freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someGroup } from '../test-support/some-group.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';
import { GroupAccess } from './group-access.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let access: GroupAccess;
const cell = uniqueCell();

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({ DATABASE_URL_GATEWAY: database.url, NATS_URL: natsUrl(), AFTERTONE_CELL: cell });
  access = new GroupAccess(gateway.parts.database);
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const groupsOf = async (tenantId: string, userId: string): Promise<string[]> => {
  const { rows } = await gateway.parts.database.query<{ id: string }>(
    'SELECT mailbox_id AS id FROM group_access WHERE tenant_id = $1 AND user_id = $2',
    [tenantId, userId],
  );
  return rows.map(({ id }) => id);
};

const every = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, n) => every([...items.slice(0, n), ...items.slice(n + 1)]).map((rest) => [item, ...rest]));

describe('who may listen to a group mailbox', () => {
  const [owner, next, reader, former] = [newId(), newId(), newId(), newId()];

  const history = (box: ReturnType<typeof someGroup>): CloudEvent[] => [
    box.settings(1, 'group', [owner]),
    box.member(2, reader, ['listen', 'deposit']),
    box.member(3, former, ['listen']),
    box.removed(4, former),
    box.settings(5, 'group', [next]),
  ];

  it.each(every([0, 1, 2, 3, 4]).map((order) => [order.join(' '), order] as const))(
    'does not depend on the order of events: %s',
    async (_name, order) => {
      const box = someGroup();
      const events = history(box);
      await access.apply(order.flatMap((n) => events[n] ?? []));
      await access.apply(events.slice(0, 2));
      const found = await Promise.all([owner, next, reader, former].map((user) => groupsOf(box.tenantId, user)));
      expect(found).toEqual([[], [box.mailboxId], [box.mailboxId], []]);
    },
  );

  it('ends when it is no group any more, and begins again with the members it had', async () => {
    const box = someGroup();
    await access.apply(history(box));
    await access.apply([box.settings(6, 'personal', [next])]);
    expect(await groupsOf(box.tenantId, next)).toEqual([]);
    expect(await groupsOf(box.tenantId, reader)).toEqual([]);
    await access.apply([box.settings(7, 'group', [])]);
    expect(await groupsOf(box.tenantId, next)).toEqual([]);
    expect(await groupsOf(box.tenantId, reader)).toEqual([box.mailboxId]);
    await access.apply([box.closed(8), box.settings(7, 'group', [owner])]);
    expect(await groupsOf(box.tenantId, reader)).toEqual([]);
  });

  it('is one tenant’s', async () => {
    const box = someGroup();
    await access.apply(history(box));
    expect(await groupsOf(newId(), reader)).toEqual([]);
  });
});

it('follows the events of mailbox-svc', async () => {
  const box = someGroup();
  const reader = newId();
  const target = jetStreamTarget({ bus: gateway.parts.bus, cell, service: 'mailbox' });
  await gateway.parts.bus.whenUp();
  const { lastSequence } = await target.inspect();
  const events = [box.settings(1, 'group', []), box.member(2, reader, ['listen'])];
  const messages = events.map((event, n) => ({
    subject: eventSubject(event.tenantid, event.subject),
    id: event.id,
    position: n + 1,
    part: 0,
    headers: { [eventHeaders.contentType]: 'application/cloudevents+json' },
    body: JSON.stringify(event),
  }));
  await target.publish(messages, lastSequence);
  await eventually(async () => expect(await groupsOf(box.tenantId, reader)).toEqual([box.mailboxId]));
});
