import { eventStoreMigrations, migrate } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';
import { freshDatabase } from '@aftertone/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { ReadModels1740000000000 } from './1740000000000-read-models.ts';
import { Pin1740000000001 } from './1740000000001-pin.ts';
import { HeardStatesInStamps1740000000006 } from './1740000000006-heard-states-in-stamps.ts';
import { OwnLists1740000000009 } from './1740000000009-own-lists.ts';
import { migrations } from './index.ts';

/** What the first version ran. */
const first = [...eventStoreMigrations.slice(0, 1), ReadModels1740000000000, Pin1740000000001];

it('brings a database of the first version up to date: owners of shared mailboxes are found, rows have defaults', async () => {
  const database = await freshDatabase();
  await migrate(database.url, first);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const [tenantId, id, owner] = [newId(), newId(), newId()];
  await client.query(
    `INSERT INTO mailbox VALUES ($1, $2, 1, '1', 'default', 'Box', 'group', ARRAY[$3::uuid], 'UTC', 'en', '{}', '{}',
       '{}', false, now(), now(), 1)`,
    [tenantId, id, owner],
  );
  const ran = await migrate(database.url, migrations);
  expect(ran).toHaveLength(migrations.length - first.length);
  const { rows } = await client.query(
    `SELECT o.user_id, m.default_role, m.heard_state FROM mailbox_owner o
     JOIN mailbox m ON m.tenant_id = o.tenant_id AND m.id = o.mailbox_id`,
  );
  expect(rows).toEqual([{ user_id: owner, default_role: null, heard_state: null }]);
  expect(await migrate(database.url, migrations)).toEqual([]);
  await client.end();
  await database.drop();
});

it('lets what comes be stamped with own heard states that were there before stamps told them', async () => {
  const database = await freshDatabase();
  await migrate(database.url, migrations.slice(0, migrations.indexOf(HeardStatesInStamps1740000000006)));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const [tenantId, own, shared] = [newId(), newId(), newId()];
  for (const [n, id, heardState] of [
    [1, own, 'member'],
    [2, shared, 'shared'],
  ]) {
    await client.query(
      `INSERT INTO mailbox (tenant_id, id, short_id, number, context, name, access_type, owner_user_ids, timezone, language,
         quota, notify, extra, has_pin, created_at, updated_at, version, heard_state)
       VALUES ($1, $2, $3::int, '1', 'default', 'Box', 'group', '{}', 'UTC', 'en', '{}', '{}', '{}', false, now(), now(), 1, $4)`,
      [tenantId, id, n, heardState],
    );
    await client.query(
      `INSERT INTO feed (tenant_id, feed_id, open, sequence, access, counters, limits)
       VALUES ($1, $2, true, 1, '{"type": "group", "ownerUserIds": []}', '{}', '{}')`,
      [tenantId, id],
    );
  }
  await migrate(database.url, migrations);
  const { rows } = await client.query('SELECT feed_id, access FROM feed ORDER BY feed_id');
  const access = { type: 'group', ownerUserIds: [] };
  expect(rows).toEqual([
    { feed_id: own, access: { ...access, heardState: 'member' } },
    { feed_id: shared, access },
  ]);
  await client.end();
  await database.drop();
});

it('finds the marks that there were, and goes past them', async () => {
  const database = await freshDatabase();
  await migrate(database.url, migrations.slice(0, migrations.indexOf(OwnLists1740000000009)));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const [tenantId, mailboxId, userId] = [newId(), newId(), newId()];
  const ids = Array.from({ length: 5 }, () => newId());
  for (const [n, id] of ids.entries()) {
    await client.query(
      `INSERT INTO message (tenant_id, id, mailbox_id, folder, urgent, confidential, received_at, content, deleted, version)
       VALUES ($1, $2, $3, 'inbox', false, false, timestamptz '2026-03-01 09:00Z' + $4 * interval '1 minute',
         '{"type": "none"}', false, 1)`,
      [tenantId, id, mailboxId, n],
    );
  }
  const marked = [ids[0], ids[1], ids[3]];
  await client.query('INSERT INTO message_mark SELECT $1, $2, $3, unnest($4::uuid[]), now()', [
    tenantId,
    mailboxId,
    userId,
    marked,
  ]);
  await migrate(database.url, migrations);
  const marks = await client.query<{ message_id: string }>('SELECT message_id FROM own_mark WHERE heard AND listed');
  expect(new Set(marks.rows.map(({ message_id }) => message_id))).toEqual(new Set(marked));
  const { rows } = await client.query('SELECT user_id, shared_heard, first_id, last_id FROM own_run ORDER BY first_at');
  const run = { user_id: userId, shared_heard: false };
  expect(rows).toEqual([
    { ...run, first_id: ids[1], last_id: ids[0] },
    { ...run, first_id: ids[3], last_id: ids[3] },
  ]);
  await client.end();
  await database.drop();
});
