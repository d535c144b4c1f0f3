import type { WireRequest } from '../append/wire.ts';
import type { EventStore } from '../store/store.ts';

/**
 * Writes letters as the version before did, which knows `append_whole`: each one event, into one box.
 *
 * @param letters of one tenant, all with the same feed change of one
 */
export async function appendWhole(store: EventStore, letters: readonly WireRequest[]): Promise<void> {
  const requests = letters.map(({ request }) => request);
  const count = letters.length;
  const [feed] = letters[0]?.feeds ?? [];
  const places = letters.map((_letter, index) => index + 1);
  const counted = (value: number): number[] => [value, value, ...Array<number>(8).fill(0)];
  const tenants = requests.map(({ tenantId }) => tenantId);
  const values = [
    tenants,
    requests.map(({ streamId }) => streamId),
    requests.map(({ kind }) => kind),
    places.map(() => 0),
    places.map(() => 1),
    places.map(() => null),
    requests.map(({ at }) => at),
    0,
    places,
    places.map(() => 1),
    requests.map(({ events }) => events[0]?.id),
    requests.map(({ events }) => events[0]?.type),
    places.map(() => 1),
    letters.map(({ data }) => data[0]),
    letters.map(({ meta }) => meta[0]),
    places.map(() => null),
    tenants.slice(0, 1),
    [feed?.feed],
    [count],
    [true],
    [2],
    counted(count),
    counted(count),
    places,
    places.map(() => 1),
    places.map(() => feed?.role),
    places.map((place) => place - count),
    places.flatMap((place) => counted(place - count)),
    ...Array.from({ length: 12 }, () => []),
    null,
  ];
  const { rows } = await store.pool.query(
    `SELECT append_whole(${values.map((_value, index) => `$${index + 1}`).join()}) AS answer`,
    values,
  );
  if (rows[0]?.answer === null) throw new Error('append_whole has not written the letters');
}
