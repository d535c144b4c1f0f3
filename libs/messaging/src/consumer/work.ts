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

/** So few that failed together are handled one by one. */
const fewest = 4;

type Outcome = { retryInMs: number; outage: boolean } | 'finished';

/**
 * Batches first, since one transaction for many events is fast. One that fails is handled in halves, so that the few that
 * fail in a large one are found in few steps; the last few one by one.
 */
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

  /** What the parts of one batch share. */
  interface Batch {
    parking: Map<string, number>;
    unfinished: Item[];
    /** Single events one after the other that found that nothing works. */
    outages: number;
  }

  const waits = (item: Item, batch: Batch): boolean => {
    if (batch.outages >= outageAfter && !batch.parking.has(item.lane)) {
      batch.parking.set(item.lane, options.retryDelayMs(1));
    }
    return batch.parking.has(item.lane);
  };

  const oneByOne = async (items: readonly Item[], batch: Batch): Promise<void> => {
    for (const item of items) {
      if (!waits(item, batch)) {
        const outcome = await tryOne(item);
        batch.outages = outcome !== 'finished' && outcome.outage ? batch.outages + 1 : 0;
        if (outcome === 'finished') continue;
        batch.parking.set(item.lane, outcome.retryInMs);
      }
      batch.unfinished.push(item);
    }
  };

  /** Together when they are more than `few`. */
  const handle = async (items: readonly Item[], few: number, batch: Batch): Promise<void> => {
    const open = items.filter((item) => !waits(item, batch));
    batch.unfinished.push(...items.filter((item) => batch.parking.has(item.lane)));
    if (open.length <= few) return oneByOne(open, batch);
    try {
      await handleItems(open);
      batch.outages = 0;
    } catch {
      const middle = Math.ceil(open.length / 2);
      await handle(open.slice(0, middle), fewest, batch);
      await handle(open.slice(middle), fewest, batch);
    }
  };

  return async (items) => {
    const batch: Batch = { parking: new Map(), unfinished: [], outages: 0 };
    await handle(items, 1, batch);
    return { unfinished: batch.unfinished, parking: batch.parking };
  };
};
