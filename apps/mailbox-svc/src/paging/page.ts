import { invalid } from '@aftertone/kernel';
import type { z } from 'zod';

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** NATS carries 1 MiB in one reply; a page ends before it comes near, and the next one goes on from there. */
const maxBytes = 600_000;

/** What tells a row's place in its list: the values of the columns that the list is ordered by. */
export type Key = readonly (string | number)[];

const encode = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Reads what `pageOf` wrote into `next`; anything else is refused as `cursor-invalid`. */
export const readCursor = <K extends Key>(cursor: string, schema: z.ZodType<K>): K => {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    const errors = [{ path: 'cursor', message: 'must be the `next` of an earlier page' }];
    throw invalid('cursor-invalid', 'This cursor was not given out by this list.', { errors }, cause);
  }
};

/** Makes a page of at most `limit` items from the `limit + 1` rows that were asked for. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => Key,
): Page<Item> => {
  const items: Item[] = [];
  let bytes = 0;
  let last: Row | undefined;
  for (const row of rows) {
    const next = item(row);
    bytes += Buffer.byteLength(JSON.stringify(next));
    if (last !== undefined && (items.length === limit || bytes > maxBytes)) {
      return { items, next: encode(key(last)) };
    }
    items.push(next);
    last = row;
  }
  return { items, next: null };
};
