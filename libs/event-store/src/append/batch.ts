import type { Stamps } from '../types.ts';
import type { AppendOutcome, Verdict } from './request.ts';
import type { WireRequest } from './wire.ts';

/** What `append_batch` answers. */
export interface BatchAnswer {
  /** Position before the first event of the batch. */
  head: number;
  /** Per request; null: it was written. */
  verdicts: ReadonlyArray<Verdict | null>;
  /** Per event of the batch; null, or missing at the end: it touches no feed. */
  stamps: ReadonlyArray<Stamps | null> | null;
}

/** From so many on, members of a batch that need no judge are not held up by one that does, nor the other way round. */
const worthwhile = 8;

/**
 * Takes a batch out of a queue: the longest waiting first, up to `max`, without those that may not be together. What
 * stays keeps its order, so nobody is passed over twice by the same neighbour.
 */
export function takeBatch<Entry extends { wire: WireRequest }>(queue: Entry[], max: number): Entry[] {
  const batch: Entry[] = [];
  const kept: Entry[] = [];
  const alone = new Set<string>();
  const shared = new Set<string>();
  let seen = 0;
  for (const entry of queue) {
    if (batch.length >= max) break;
    if (batch.length >= worthwhile && entry.wire.plain !== batch.at(-1)?.wire.plain) break;
    seen += 1;
    const { wire } = entry;
    const fits =
      !wire.alone.some((name) => alone.has(name) || shared.has(name)) && !wire.shared.some((name) => alone.has(name));
    if (!fits) {
      kept.push(entry);
      continue;
    }
    batch.push(entry);
    for (const name of wire.alone) alone.add(name);
    for (const name of wire.shared) shared.add(name);
  }
  queue.splice(0, seen, ...kept);
  return batch;
}

/** The outcome of each request: events that were written take the positions after `head`, in order. */
export function outcomesOf(requests: readonly WireRequest[], answer: BatchAnswer): AppendOutcome[] {
  let position = answer.head + 1;
  let event = 0;
  return requests.map(({ request: { events } }, index) => {
    const first = event;
    event += events.length;
    const verdict = answer.verdicts[index];
    if (verdict === undefined) throw new Error('append_batch gave no verdict for a request');
    if (verdict !== null) return verdict;
    const outcome: AppendOutcome = {
      is: 'appended',
      position,
      stamps: events.map((_event, place) => answer.stamps?.[first + place] ?? {}),
    };
    position += events.length;
    return outcome;
  });
}
