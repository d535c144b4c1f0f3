import type { InboxKey } from '../types.ts';
import type { ArrayWriter } from './array-writer.ts';
import type { ForeseenFeeds } from './foreseen-feeds.ts';
import type { AppendOutcome, AppendRequest, NewEvent } from './request.ts';
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
    const requests = this.#requests.map(({ request }) => request);
    const { turns, stampsJson } = this.#feeds;
    return [
      to.uuids(requests.map(({ tenantId }) => tenantId)),
      to.texts(requests.map(({ streamId }) => streamId)),
      to.texts(requests.map(({ kind }) => kind)),
      to.ints(requests.map(({ expectedVersion }) => expectedVersion)),
      to.ints(requests.map(({ events }) => events.length)),
      to.uuids(requests.map(({ sealKey }) => sealKey?.id ?? null)),
      to.times(this.#requests.map(({ at }) => at)),
      requests.filter(({ expectedVersion, events }) => expectedVersion > 0 && events.length > 0).length,
      ...eventColumns(this.#requests, stampsJson, to),
      to.uuids(turns.map(({ before }) => before.tenant)),
      to.texts(turns.map(({ before }) => before.feed)),
      to.bigints(turns.map(({ before }) => before.revision)),
      to.bigints(turns.map(({ before, sequence }) => sequence - before.sequence)),
      to.bigints(turns.map(({ sequence }) => sequence)),
      to.bigints(turns.flatMap(({ counters }) => counters)),
      to.ints(sumsUpTo(turns.map(({ counters }) => counters.length))),
      to.ints(turns.map(({ counters }) => counters.length)),
      ...besideColumns(requests, to),
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

function eventColumns(requests: readonly WireRequest[], stampsJson: readonly string[], to: ArrayWriter): Buffer[] {
  const places: number[] = [];
  const versions: number[] = [];
  const events: NewEvent[] = [];
  const datas: string[] = [];
  const metas: string[] = [];
  requests.forEach(({ request, data, meta }, index) => {
    for (let place = 0; place < request.events.length; place += 1) {
      places.push(index + 1);
      versions.push(request.expectedVersion + place + 1);
      events.push(request.events[place] as NewEvent);
      datas.push(data[place] as string);
      metas.push(meta[place] as string);
    }
  });
  return [
    to.ints(places),
    to.ints(versions),
    to.uuids(events.map(({ id }) => id)),
    to.texts(events.map(({ type }) => type)),
    to.smallints(events.map(({ schemaVersion }) => schemaVersion)),
    to.jsonbs(datas),
    to.jsonbs(metas),
    to.jsonbs(stampsJson),
    to.byteas(events.map(({ sealed }) => sealed)),
  ];
}

/** New keys, deduplication and inbox entries, each with the number of its request. */
function besideColumns(requests: readonly AppendRequest[], to: ArrayWriter): Buffer[] {
  const keys: Array<{ n: number; id: string; wrapped: Buffer }> = [];
  const dedups: Array<{ n: number; dedup: NonNullable<AppendRequest['dedup']> }> = [];
  const inboxes: Array<{ n: number; inbox: InboxKey }> = [];
  requests.forEach(({ sealKey, dedup, inbox }, index) => {
    const n = index + 1;
    if (sealKey?.wrapped !== undefined) keys.push({ n, id: sealKey.id, wrapped: sealKey.wrapped });
    if (dedup !== undefined) dedups.push({ n, dedup });
    if (inbox !== undefined) inboxes.push({ n, inbox });
  });
  return [
    to.ints(keys.map(({ n }) => n)),
    to.uuids(keys.map(({ id }) => id)),
    to.byteas(keys.map(({ wrapped }) => wrapped)),
    to.ints(dedups.map(({ n }) => n)),
    to.texts(dedups.map(({ dedup }) => dedup.actor)),
    to.texts(dedups.map(({ dedup }) => dedup.route)),
    to.texts(dedups.map(({ dedup }) => dedup.key)),
    to.texts(dedups.map(({ dedup }) => dedup.bodyHash)),
    to.jsonbs(dedups.map(({ dedup }) => JSON.stringify(dedup.result ?? null))),
    to.ints(inboxes.map(({ n }) => n)),
    to.texts(inboxes.map(({ inbox }) => inbox.consumer)),
    to.texts(inboxes.map(({ inbox }) => inbox.eventId)),
  ];
}

function sumsUpTo(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
