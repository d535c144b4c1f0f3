import { waitFor } from '@aftertone/local';
import { checkAudio } from '../books/deposits.ts';
import { rows } from '../books/rows.ts';
import { giveSmallSpool, makeReadOnly } from '../faults/storage.ts';
import type { Injection, Scenario } from '../scenario.ts';

/** For some forty recordings of a second. */
const SPOOL_MEGABYTES = 1;
const PLAYED = 5;

/**
 * The storage takes nothing and the spool's disk is full: 507, everything else goes on, and it ends without a restart. The
 * storage is read-only and not gone, so that what lies there must play, too.
 */
export const spoolFull: Scenario = {
  name: 'spool',
  title: 'storage read-only and spool full',
  missing: () => (process.getuid?.() === 0 ? undefined : 'only root may mount a small disk'),
  async inject(injection) {
    const { field, load, note } = injection;
    const { installation } = field;
    const media = installation.of('media');
    await media.stop();
    const removeDisk = await giveSmallSpool(installation, SPOOL_MEGABYTES);
    field.atEnd.push(removeDisk);
    await media.start();
    await load.reached(0.2);
    const healed = note('storage read-only, spool full');
    const makeWritable = await makeReadOnly(installation);
    let isWritable = false;
    field.atEnd.push(async () => (isWritable ? undefined : makeWritable()));
    const pid = media.pid;
    const answers = () => load.ledger.deposits.flatMap(({ tries }) => tries.map(({ status }) => status));
    const refusals = () => answers().filter((status) => status === 507).length;
    await waitFor('507 Insufficient Storage', () => refusals() > 20, { timeoutMs: 60_000 });
    await othersGoOn(injection);
    const before = load.ledger.acknowledged.length;
    healed();
    await makeWritable();
    isWritable = true;
    await waitFor('deposits that go on', () => load.ledger.acknowledged.length > before + 20, { timeoutMs: 60_000 });
    if (media.pid !== pid) throw new Error('media-svc had to start again');
  },
};

/** While the spool is full: every service is up, messages are listed, and those in the spool play. */
async function othersGoOn({ field, load }: Injection): Promise<void> {
  const { installation, api, mailboxIds } = field;
  for (const replica of installation.replicas) {
    if (!(await replica.isReady())) throw new Error(`${replica.name} is not ready`);
    if (!(await replica.isAlive())) throw new Error(`${replica.name} is not alive`);
  }
  const lists = await Promise.all(mailboxIds.map((id) => api.all<Listed>(`/v1/mailboxes/${id}/messages`)));
  const spooled = await rows<{ id: string }>(
    installation,
    'media',
    'SELECT a.message_id AS id FROM spooled_media s JOIN message_audio a ON a.media_id = s.id',
  );
  const inSpool = new Set(spooled.map(({ id }) => id));
  const [there, stored] = [true, false].map((is) => lists.flat().filter(({ id }) => inSpool.has(id) === is));
  for (const [where, messages] of [
    ['spool', there],
    ['storage', stored],
  ] as const) {
    const some = (messages ?? []).slice(-PLAYED);
    if (some.length < PLAYED) throw new Error(`only ${some.length} messages lie in the ${where}`);
    const silent = await checkAudio(api, load.ledger, some);
    if (silent.length > 0) throw new Error(`from the ${where}: ${JSON.stringify(silent)}`);
  }
}

type Listed = { id: string; callId: string | null };
