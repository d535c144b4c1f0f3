import type { NewDeadLetter } from '../dead-letters/dead-letters.ts';
import type { Log } from '../log.ts';
import type { IncomingEvent } from './incoming-event.ts';
import type { Item } from './item.ts';
import type { WorkOnItems } from './lane-group.ts';
import { reasonOf, verdictOf } from './verdict.ts';

export interface WorkOptions {
  consumer: string;
  handle: (events: readonly IncomingEvent[]) => Promise<void>;
  keepDeadLetter: (letter: NewDeadLetter) => Promise<void>;
  /** A failure of its own kind this often makes an event a dead letter. */
  maxFailures: number;
  /** Before the n-th repetition, from 1; milliseconds. */
  retryDelayMs: (n: number) => number;
  log: Log | undefined;
}

/** When so many lanes one after the other cannot work now, the rest of the batch is not tried: nothing works. */
const outageAfter = 3;

type Outcome = { retryInMs: number; outage: boolean } | 'finished';

/** Batches first, since one transaction for many events is fast; single events when a batch fails, to find the one. */
export const workOnItems = (options: WorkOptions): WorkOnItems => {
  const handleItems = async (items: readonly Item[]): Promise<void> => {
    const events = items.map(({ content }) => {
      if ('unreadable' in content) throw content.unreadable;
      return content.event;
    });
    await options.handle(events);
    for (const { delivery } of items) await delivery.done();
  };

  const giveUp = async (item: Item, error: unknown): Promise<Outcome> => {
    const reason = reasonOf(error);
    try {
      await options.keepDeadLetter({ ...item.reference, reason, attempts: item.failures });
    } catch (cause) {
      options.log?.warn({ err: cause, consumer: options.consumer }, 'a dead letter could not be kept yet');
      item.waits += 1;
      return { retryInMs: options.retryDelayMs(item.waits), outage: true };
    }
    item.delivery.gaveUp();
    const { eventId, subject } = item.reference;
    options.log?.error({ err: error, consumer: options.consumer, eventId, subject, reason }, 'gave an event up');
    return 'finished';
  };

  const judge = async (item: Item, error: unknown): Promise<Outcome> => {
    const verdict = verdictOf(error);
    if (verdict === 'unavailable') item.waits += 1;
    else item.failures += 1;
    if (verdict === 'hopeless' || item.failures >= options.maxFailures) return giveUp(item, error);
    const retryInMs = options.retryDelayMs(verdict === 'unavailable' ? item.waits : item.failures);
    const { eventId } = item.reference;
    options.log?.warn({ err: error, consumer: options.consumer, eventId, retryInMs }, 'an event is tried again');
    return { retryInMs, outage: verdict === 'unavailable' };
  };

  const tryOne = async (item: Item): Promise<Outcome> => {
    try {
      await handleItems([item]);
      return 'finished';
    } catch (error) {
      return judge(item, error);
    }
  };

  const oneByOne: WorkOnItems = async (items) => {
    const parking = new Map<string, number>();
    const unfinished: Item[] = [];
    let outages = 0;
    for (const item of items) {
      if (outages >= outageAfter && !parking.has(item.lane)) parking.set(item.lane, options.retryDelayMs(1));
      if (!parking.has(item.lane)) {
        const outcome = await tryOne(item);
        outages = outcome !== 'finished' && outcome.outage ? outages + 1 : 0;
        if (outcome === 'finished') continue;
        parking.set(item.lane, outcome.retryInMs);
      }
      unfinished.push(item);
    }
    return { unfinished, parking };
  };

  return async (items) => {
    if (items.length === 1) return oneByOne(items);
    try {
      await handleItems(items);
      return { unfinished: [], parking: new Map() };
    } catch {
      return oneByOne(items);
    }
  };
};
