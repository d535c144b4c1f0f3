import { makeReadOnly, unmount } from '../faults/storage.ts';
import type { Scenario } from '../scenario.ts';
import { untilMoved, untilSpooled } from './spooling.ts';

/** The storage is not there, and then takes nothing, for a while: deposits go on, and what came meanwhile plays. */
export const storageAway: Scenario = {
  name: 'storage',
  title: 'storage gone, read-only',
  async inject(injection) {
    const { field, load, note } = injection;
    await load.reached(0.2);
    const back = note('storage folder gone');
    const mount = unmount(field.installation);
    await untilSpooled(injection);
    back();
    mount();
    await untilMoved(injection);
    await load.reached(0.6);
    const writable = note('storage read-only');
    const makeWritable = await makeReadOnly(field.installation);
    await untilSpooled(injection).finally(async () => {
      writable();
      await makeWritable();
    });
    await untilMoved(injection);
  },
};
