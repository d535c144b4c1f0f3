import { waitFor } from '@aftertone/local';
import { freeze, thaw } from '@aftertone/testing';
import { rows } from '../books/rows.ts';
import { operator, operatorCutOff } from '../faults/operator.ts';
import { BUCKET, type Bucket } from '../installation/bucket.ts';
import type { Injection, Scenario } from '../scenario.ts';
import { untilMoved, untilSpooled } from './spooling.ts';

const FOLDER = 'local';

/** Recordings are in a bucket whose server goes away and hangs; all of them are moved to the folder and back while callers call. */
export const objectStorage: Scenario = {
  name: 'objects',
  title: 'object storage down, hung, emptied and filled',
  options: { bucket: true },
  async inject(injection) {
    const { field, load, note } = injection;
    const { bucket } = field;
    if (bucket === undefined) throw new Error('there is no bucket');
    await load.reached(0.15);
    await away(injection, bucket);
    await load.reached(0.4);
    await hung(injection, bucket);
    await load.reached(0.6);
    note('recordings moved to the folder')();
    await operator(field.installation, 'media', 'migrate', '--from', BUCKET, '--to', FOLDER);
    await moveBack(injection);
  },
};

async function away(injection: Injection, { server }: Bucket): Promise<void> {
  const healed = injection.note('object storage down');
  await server.stop();
  await untilSpooled(injection);
  healed();
  await server.start();
  await untilMoved(injection);
}

async function hung(injection: Injection, { server }: Bucket): Promise<void> {
  const healed = injection.note('object storage hung');
  await freeze([server.pid]);
  await untilSpooled(injection).finally(() => {
    healed();
    thaw([server.pid]);
  });
  await untilMoved(injection);
}

/** The operator's command is cut off, and begun again. */
async function moveBack({ field, note }: Injection): Promise<void> {
  const { installation } = field;
  const inFolder = async (): Promise<number> =>
    (await rows(installation, 'media', 'SELECT FROM media_home WHERE storage = $1', [FOLDER])).length;
  const command = ['media', 'migrate', '--from', FOLDER, '--to', BUCKET];
  const before = await inFolder();
  const cut = note('kill -9 of a migration');
  await operatorCutOff(installation, command, () =>
    waitFor('a recording that is moved', async () => (await inFolder()) < before, { timeoutMs: 60_000, everyMs: 50 }),
  );
  cut();
  await operator(installation, ...command);
  const left = await inFolder();
  if (left > 0) throw new Error(`${left} recordings were left in the folder`);
}
