import { waitFor } from '@aftertone/local';
import { giveSmallSpool, unmount } from '../faults/storage.ts';
import type { Scenario } from '../scenario.ts';

/** For some forty recordings of a second. */
const SPOOL_MEGABYTES = 1;

/** The storage is away and the spool's disk is full: 507, everything else goes on, and it ends without a restart. */
export const spoolFull: Scenario = {
  name: 'spool',
  title: 'storage gone and spool full',
  missing: () => (process.getuid?.() === 0 ? undefined : 'only root may mount a small disk'),
  async inject({ field, load, note }) {
    const { installation, api, mailboxIds } = field;
    const media = installation.of('media');
    await media.stop();
    const removeDisk = await giveSmallSpool(installation, SPOOL_MEGABYTES);
    field.atEnd.push(removeDisk);
    await media.start();
    await load.reached(0.2);
    note('storage gone, spool full');
    const mount = unmount(installation);
    const pid = media.pid;
    const answers = () => load.ledger.deposits.flatMap(({ tries }) => tries.map(({ status }) => status));
    const refusals = () => answers().filter((status) => status === 507).length;
    await waitFor('507 Insufficient Storage', () => refusals() > 20, { timeoutMs: 60_000 });
    await api.get(`/v1/mailboxes/${mailboxIds[0]}/messages`);
    const others = installation.replicas.filter(({ service }) => service !== 'media');
    for (const replica of others) if (!(await replica.isReady())) throw new Error(`${replica.name} is not ready`);
    mount();
    const before = load.ledger.acknowledged.length;
    await waitFor('deposits that go on', () => load.ledger.acknowledged.length > before + 20, { timeoutMs: 60_000 });
    if (media.pid !== pid) throw new Error('media-svc had to start again');
  },
};
