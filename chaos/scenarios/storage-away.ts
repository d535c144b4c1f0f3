import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@aftertone/local';
import { checkAudio } from '../books/deposits.ts';
import { rows } from '../books/rows.ts';
import { makeReadOnly, unmount } from '../faults/storage.ts';
import type { Injection, Scenario } from '../scenario.ts';

const AWAY_MS = 15_000;

/** The storage is not there, and then takes nothing, for a while: deposits go on, and what came meanwhile plays. */
export const storageAway: Scenario = {
  name: 'storage',
  title: 'storage gone, read-only',
  async inject(injection) {
    const { field, load, note, scale } = injection;
    await load.reached(0.2);
    const back = note('storage folder gone');
    const mount = unmount(field.installation);
    await untilSpooled(injection, AWAY_MS * scale);
    back();
    mount();
    await untilMoved(injection);
    await load.reached(0.6);
    const writable = note('storage read-only');
    const makeWritable = await makeReadOnly(field.installation);
    await untilSpooled(injection, AWAY_MS * scale).finally(async () => {
      writable();
      await makeWritable();
    });
    await untilMoved(injection);
  },
};

const spooled = ({ field }: Injection) => rows(field.installation, 'media', 'SELECT FROM spooled_media');

/** Deposits go into the spool, and play from there, while the storage is away. */
async function untilSpooled(injection: Injection, ms: number): Promise<void> {
  const { field, load } = injection;
  const before = load.ledger.acknowledged.length;
  await delay(ms);
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

const untilMoved = (injection: Injection): Promise<unknown> =>
  waitFor('an empty spool', async () => (await spooled(injection)).length === 0, { timeoutMs: 120_000 });
