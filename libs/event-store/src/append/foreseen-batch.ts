import type { ArrayWriter } from './array-writer.ts';
import type { ForeseenFeeds } from './foreseen-feeds.ts';
import type { AppendOutcome } from './request.ts';
import type { WireRequest } from './wire.ts';

const parameterCount = 38;
export const foreseenParameters = Array.from({ length: parameterCount }, (_, index) => `$${index + 1}`).join();

/** A batch as `append_foreseen` takes it. */
export class ForeseenBatch {
  readonly #requests: readonly WireRequest[];
  readonly #feeds: ForeseenFeeds;

  constructor(requests: readonly WireRequest[], feeds: ForeseenFeeds) {
    this.#requests = requests;
    this.#feeds = feeds;
  }

  /** The parameters in their order. They are valid until the writer is reset. */
  parameters(to: ArrayWriter): unknown[] {
    const all = this.#requests;
    const requests = all.map(({ request }) => request);
    const events = requests.flatMap((request, index) =>
      request.events.map((event, place) => ({ ...event, n: index + 1, version: request.expectedVersion + place + 1 })),
    );
    const { turns, stampsJson } = this.#feeds;
    let numberEnd = 0;
    const numberEnds = turns.map(({ counters }) => {
      numberEnd += counters.length;
      return numberEnd;
    });
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
      to.jsonbs(stampsJson),
      to.byteas(events.map(({ sealed }) => sealed)),
      to.uuids(turns.map(({ before }) => before.tenant)),
      to.texts(turns.map(({ before }) => before.feed)),
      to.bigints(turns.map(({ before }) => before.revision)),
      to.bigints(turns.map(({ before, sequence }) => sequence - before.sequence)),
      to.bigints(turns.map(({ sequence }) => sequence)),
      to.bigints(turns.flatMap(({ counters }) => counters)),
      to.ints(numberEnds),
      to.ints(turns.map(({ counters }) => counters.length)),
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
  outcomes(head: number): AppendOutcome[] {
    const { stamps } = this.#feeds;
    let event = 0;
    return this.#requests.map(({ request }) => {
      const first = event;
      event += request.events.length;
      const ofEvents = request.events.map((_event, place) => stamps[first + place] ?? {});
      return { is: 'appended', position: head + first + 1, stamps: ofEvents };
    });
  }
}
