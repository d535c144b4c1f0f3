import { SERVICES, waitFor } from '@aftertone/local';
import type { Installation } from '../installation/installation.ts';
import { type Finding, finding, lost } from './finding.ts';
import { rows } from './rows.ts';
import { replicasOf } from './spools.ts';

/** Rows of what is over. */
export async function staleRows(installation: Installation): Promise<Finding[]> {
  const idsOf = async (database: string, statement: string, values: readonly unknown[] = []): Promise<string[]> =>
    (await rows<{ id: string }>(installation, database, statement, values)).map(({ id }) => id);
  const messages = await idsOf('mailbox', 'SELECT id FROM message');
  const failures = await Promise.all(SERVICES.map((database) => idsOf(database, RELAY_FAILURES)));
  return [
    ...finding('work left of deliveries that have ended', await idsOf('notify', LEFT_WORK), true),
    ...finding('care of messages that nobody knows', await idsOf('notify', STRAY_CARE, [messages]), true),
    ...finding(
      'recordings remembered of messages that nobody knows',
      await idsOf('media', STRAY_AUDIO, [messages]),
      true,
    ),
    ...lost('messages whose recording is not remembered', await idsOf('media', FORGOTTEN_AUDIO, [messages]), true),
    ...finding('replicas whose disk is gone', await idsOf('media', GONE_REPLICAS, [replicasOf(installation)]), true),
    ...lost('events that a relay passed over', failures.flat()),
  ];
}

const LEFT_WORK = ['delivery_queue', 'delivery_work']
  .map(
    (table) => `
      SELECT '${table} ' || w.id AS id FROM ${table} w LEFT JOIN delivery d ON d.tenant_id = w.tenant_id AND d.id = w.id
      WHERE d.state IS NULL OR d.state NOT IN ('pending', 'sending')`,
  )
  .join(' UNION ALL ');
/** Kept for days on purpose, of messages that there are: no message is purged here. */
const STRAY_CARE = 'SELECT DISTINCT message_id AS id FROM message_care WHERE message_id <> ALL ($1::uuid[])';
const STRAY_AUDIO = `SELECT message_id AS id FROM message_audio WHERE message_id <> ALL ($1::uuid[])`;
const FORGOTTEN_AUDIO = `
  SELECT id FROM unnest($1::uuid[]) AS wanted (id)
  WHERE NOT EXISTS (SELECT FROM message_audio a JOIN media m ON m.tenant_id = a.tenant_id AND m.id = a.media_id
    WHERE a.message_id = wanted.id)`;
const GONE_REPLICAS = 'SELECT id FROM media_replica WHERE id <> ALL ($1::uuid[])';
const RELAY_FAILURES = `SELECT name || ' ' || position || ': ' || error AS id FROM relay_failure`;

/** Makes those that were not seen today be of a week ago: until then their addresses are kept in case the disk comes back. */
export const ageReplicas = (installation: Installation): Promise<unknown> =>
  rows(
    installation,
    'media',
    `UPDATE media_replica SET seen_at = now() - interval '8 days' WHERE id <> ALL ($1::uuid[])`,
    [replicasOf(installation)],
  );

/** Once media-svc has applied all that has happened: makes it as if it had applied something of two days later, too. */
export async function ageEvents(installation: Installation): Promise<void> {
  const now = new Date();
  const behind = 'SELECT FROM applied_events WHERE caught_up_at IS NULL OR caught_up_at < $1';
  const isCaughtUp = async () => (await rows(installation, 'media', behind, [now])).length === 0;
  await waitFor('media-svc to have applied all events', isCaughtUp, { timeoutMs: 60_000, everyMs: 500 });
  await rows(installation, 'media', `UPDATE applied_events SET through = now() + interval '2 days'`);
}
