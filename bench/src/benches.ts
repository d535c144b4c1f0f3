import { append } from './append/append.bench.ts';
import { audio } from './audio/audio.bench.ts';
import type { Bench } from './bench.ts';
import { cost } from './cost/cost.bench.ts';
import { deposit } from './deposit/deposit.bench.ts';
import { download } from './download/download.bench.ts';
import { events } from './events/events.bench.ts';
import { lists } from './lists/lists.bench.ts';
import { live } from './live/live.bench.ts';
import { memory } from './memory/memory.bench.ts';
import { notifyDrain } from './notifications/drain.bench.ts';
import { notifications } from './notifications/healthy.bench.ts';
import { profile } from './profile/profile.bench.ts';
import { rate } from './rate/rate.bench.ts';
import { relay } from './relay/relay.bench.ts';

/** All there are, in the order in which they run. */
export const benches: readonly Bench[] = [
  append,
  deposit,
  cost,
  profile,
  rate,
  live,
  download,
  memory,
  events,
  lists,
  relay,
  audio,
  notifications,
  notifyDrain,
];
