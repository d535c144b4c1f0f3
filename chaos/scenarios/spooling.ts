import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@aftertone/local';
import { checkAudio } from '../books/deposits.ts';
import { rows } from '../books/rows.ts';
import type { Injection } from '../scenario.ts';

const AWAY_MS = 15_000;

const spooled = ({ field }: Injection) => rows(field.installation, 'media', 'SELECT FROM spooled_media');

/** For as long as a storage is away in the campaign: deposits go into the spool, and play from there. */
export async function untilSpooled(injection: Injection): Promise<void> {
  const { field, load, scale } = injection;
  const before = load.ledger.acknowledged.length;
  await delay(AWAY_MS * scale);
  await waitFor('a deposit into the spool', async () => (await spooled(injection)).length > 0, { timeoutMs: 60_000 });
  await waitFor('deposits that go on', () => load.ledger.acknowledged.length > before + 10, { timeoutMs: 60_000 });
  const isUnchanged = (id: string) => !load.ledger.changes.some(({ messageId }) => messageId === id);
  const isDeleted = (id: string) =>
    load.ledger.changes.some(({ messageId, kind }) => messageId === id && kind === 'delete');
  const listed = await field.api.all<{ id: string; callId: string | null }>(
    `/v1/mailboxes/${field.mailboxIds[0]}/messages`,
  );
  const inSpool = new Set(load.ledger.acknowledged.slice(before).map(({ messageId }) => messageId ?? ''));
  const newest = listed.filter(({ id }) => inSpool.has(id) && isUnchanged(id)).slice(0, 5);
  const faulty = (await checkAudio(field.api, load.ledger, newest)).flatMap(({ what, ids }) =>
    // What was deleted since it was listed does not play.
    ids.filter((id) => !isDeleted(id)).map((id) => `${what}: ${id}`),
  );
  if (newest.length === 0 || faulty.length > 0) throw new Error(`from the spool: ${faulty.join(', ') || 'nothing'}`);
}

/** The storage has taken everything. */
export const untilMoved = (injection: Injection): Promise<unknown> =>
  waitFor('an empty spool', async () => (await spooled(injection)).length === 0, { timeoutMs: 120_000 });
