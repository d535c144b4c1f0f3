import type { Stamps } from '../types.ts';
import type { ArrayWriter } from './array-writer.ts';
import { type FeedAfter, FeedSums } from './feed-sums.ts';
import type { AppendOutcome } from './request.ts';
import type { WireRequest } from './wire.ts';

/** What `append_whole` answers; null: not everything passes, and nothing was written. */
export interface WholeAnswer {
  /** Position before the first event of the batch. */
  head: number;
  /** Per feed, after the batch. Null: no feed is touched. */
  feeds: readonly FeedAfter[] | null;
}

const parameterCount = 41;
export const wholeParameters = Array.from({ length: parameterCount }, (_, index) => `$${index + 1}`).join();

/** A batch as `append_whole` takes it. */
export class WholeBatch {
  readonly #requests: readonly WireRequest[];
  readonly #feeds: FeedSums;

  constructor(requests: readonly WireRequest[]) {
    this.#requests = requests;
    this.#feeds = new FeedSums(requests);
  }

  /** The parameters in their order. They are valid until the writer is reset. */
  parameters(to: ArrayWriter): unknown[] {
    const all = this.#requests;
    const requests = all.map(({ request }) => request);
    const events = requests.flatMap((request, index) =>
      request.events.map((event, place) => ({ ...event, n: index + 1, version: request.expectedVersion + place + 1 })),
    );
    const { sums } = this.#feeds;
    const steps = this.#feeds.stepsOf(events.length);
    const numbered = requests.map((request, index) => ({ ...request, n: index + 1 }));
    const keys = numbered.flatMap(({ n, sealKey }) =>
      sealKey?.wrapped === undefined ? [] : [{ n, id: sealKey.id, wrapped: sealKey.wrapped }],
    );
    const dedups = numbered.flatMap(({ n, dedup }) => (dedup === undefined ? [] : [{ ...dedup, n }]));
    const inboxes = numbered.flatMap(({ n, inbox }) => (inbox === undefined ? [] : [{ ...inbox, n }]));
    return [
      to.uuids(requests.map(({ tenantId }) => tenantId)),
      to.texts(requests.map(({ streamId }) => streamId)),
      to.texts(requests.map(({ kind }) => kind)),
      to.ints(requests.map(({ expectedVersion }) => expectedVersion)),
      to.ints(requests.map((request) => request.events.length)),
      to.uuids(requests.map(({ sealKey }) => sealKey?.id ?? null)),
      to.times(all.map(({ at }) => at)),
      requests.filter((request) => request.expectedVersion > 0 && request.events.length > 0).length,
      to.ints(events.map(({ n }) => n)),
      to.ints(events.map(({ version }) => version)),
      to.uuids(events.map(({ id }) => id)),
      to.texts(events.map(({ type }) => type)),
      to.smallints(events.map(({ schemaVersion }) => schemaVersion)),
      to.jsonbs(all.flatMap(({ data }) => data)),
      to.jsonbs(all.flatMap(({ meta }) => meta)),
      to.byteas(events.map(({ sealed }) => sealed)),
      to.uuids(sums.map(({ tenant }) => tenant)),
      to.texts(sums.map(({ feed }) => feed)),
      to.bigints(sums.map(({ take }) => take)),
      to.booleans(sums.map(({ mustBeOpen }) => mustBeOpen)),
      to.ints(sums.map(({ width }) => width)),
      to.bigints(sums.flatMap(({ counters }) => counters)),
      to.bigints(sums.flatMap(({ peaks }) => peaks)),
      to.ints(steps.map(({ event }) => event)),
      to.ints(steps.map(({ sum }) => sum?.place ?? 0)),
      to.texts(steps.map(({ role }) => role)),
      to.bigints(steps.map(({ sequence }) => sequence)),
      to.bigints(steps.flatMap(({ counters }) => counters)),
      to.ints(keys.map(({ n }) => n)),
      to.uuids(keys.map(({ id }) => id)),
      to.byteas(keys.map(({ wrapped }) => wrapped)),
      to.ints(dedups.map(({ n }) => n)),
      to.texts(dedups.map(({ actor }) => actor)),
      to.texts(dedups.map(({ route }) => route)),
      to.texts(dedups.map(({ key }) => key)),
      to.texts(dedups.map(({ bodyHash }) => bodyHash)),
      to.jsonbs(dedups.map(({ result }) => JSON.stringify(result ?? null))),
      to.ints(inboxes.map(({ n }) => n)),
      to.texts(inboxes.map(({ consumer }) => consumer)),
      to.texts(inboxes.map(({ eventId }) => eventId)),
      this.#rows(),
    ];
  }

  #rows(): string | null {
    const tables = new Map<string, string[]>();
    for (const { request, rows } of this.#requests) {
      for (const [index, row] of rows.entries()) {
        const table = request.rows[index]?.table ?? '';
        const list = tables.get(table);
        if (list === undefined) tables.set(table, [row]);
        else list.push(row);
      }
    }
    if (tables.size === 0) return null;
    return `{${[...tables].map(([table, rows]) => `${JSON.stringify(table)}:[${rows.join()}]`).join()}}`;
  }

  /** The outcome of each request: the positions after `head`, in order, and the stamps as they were stored. */
  outcomes({ head, feeds }: WholeAnswer): AppendOutcome[] {
    const stamps = this.#feeds.stamps(feeds ?? []);
    let event = 0;
    return this.#requests.map(({ request }) => {
      const first = event;
      event += request.events.length;
      const ofEvents: Stamps[] = request.events.map((_event, place) => stamps[first + place] ?? {});
      return { is: 'appended', position: head + first + 1, stamps: ofEvents };
    });
  }
}
