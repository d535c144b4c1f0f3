import { invalid } from '@aftertone/kernel';
import type { z } from 'zod';
import { fitting } from './fitting.ts';

export interface Page<Item> {
  items: Item[];
  /** Cursor of the following page; null on the last. */
  next: string | null;
}

/** What tells a row's place in its list: the values of the columns that the list is ordered by. */
export type PageKey = readonly (string | number)[];

const encode = (key: PageKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Reads what `pageOf` wrote into `next`; anything else is refused as `cursor-invalid`. */
export const readCursor = <K extends PageKey>(cursor: string, schema: z.ZodType<K>): K => {
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
  key: (row: Row) => PageKey,
): Page<Item> => {
  const items = fitting(rows.slice(0, limit).map(item));
  const last = rows[items.length - 1];
  return { items, next: items.length < rows.length && last !== undefined ? encode(key(last)) : null };
};
