import { copyOf, cutTail, outage } from '../faults/bus.ts';
import type { Scenario } from '../scenario.ts';

const DOWN_MS = 30_000;
const STREAM = 'EVT_c1_mailbox';

/** Stopped for half a minute, its stream cut at the end under consumers that remember more, and all its data lost. */
export const brokenBus: Scenario = {
  name: 'bus',
  title: 'NATS stopped, cut, wiped',
  async inject({ field, load, note, scale }) {
    const { nats } = field.installation.servers;
    await load.reached(0.1);
    await outage(nats, DOWN_MS * scale, note('NATS down'));
    await load.reached(0.3);
    const copy = await copyOf(nats, STREAM);
    await load.reached(0.5);
    note('end of a stream lost');
    await cutTail(nats, STREAM, copy);
    await load.reached(0.75);
    note('all streams lost');
    await nats.wipe();
  },
};
