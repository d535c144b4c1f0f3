import { waitFor } from '@aftertone/local';
import { rows } from '../books/rows.ts';
import { destroy, unmount } from '../faults/storage.ts';
import { missingBalancer } from '../installation/balancer.ts';
import type { Replica } from '../installation/replica.ts';
import type { Injection, Scenario } from '../scenario.ts';

const ENOUGH = 20;

/**
 * A media-svc dies and its disk with it: while the storage is well, and while it is away and spools are all there is; then,
 * when what has been left alone was copied, the other one, too.
 */
export const lostDisk: Scenario = {
  name: 'lost-disk',
  title: 'two replicas: one lost with its disk',
  missing: missingBalancer,
  options: { replicas: 2 },
  async inject(injection) {
    const { field, load, note } = injection;
    const { installation } = field;
    const lose = async (replica: Replica): Promise<void> => {
      note(`${replica.name} and its disk lost`);
      await destroy(installation, replica);
    };
    const [first, second] = installation.allOf('media');
    if (first === undefined || second === undefined) throw new Error('there are no two media-svc');
    await load.reached(0.2);
    await lose(first);
    await load.reached(0.4);
    const back = note('storage gone');
    const mount = unmount(installation);
    await untilSpooled(injection);
    await lose(second);
    await untilNothingIsAlone(injection);
    await untilSpooled(injection);
    await lose(first);
    await untilNothingIsAlone(injection);
    back();
    mount();
    const spooled = () => rows(installation, 'media', 'SELECT FROM spooled_media');
    await waitFor('empty spools', async () => (await spooled()).length === 0, { timeoutMs: 180_000 });
  },
};

/** Some more deposits have gone into spools. */
async function untilSpooled({ field, load }: Injection): Promise<void> {
  const before = load.ledger.acknowledged.length;
  const count = async () => (await rows(field.installation, 'media', 'SELECT FROM spooled_media')).length;
  const areThere = async () => load.ledger.acknowledged.length > before + ENOUGH && (await count()) > ENOUGH;
  await waitFor('deposits into the spools', areThere, { timeoutMs: 120_000 });
}

const ALONE = `
  SELECT s.id FROM spooled_media s LEFT JOIN media_replica r ON r.id = s.replica_id AND r.seen_at > now() - interval '30 seconds'
  GROUP BY s.tenant_id, s.id HAVING count(r.id) < 2`;

/** As an operator sees by the metric before going on. */
const untilNothingIsAlone = ({ field }: Injection): Promise<unknown> =>
  waitFor('two copies of everything', async () => (await rows(field.installation, 'media', ALONE)).length === 0, {
    timeoutMs: 180_000,
  });
