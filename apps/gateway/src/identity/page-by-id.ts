import { type Page, pageOf, readCursor } from '@aftertone/event-store';
import { MoreThan } from 'typeorm';
import { z } from 'zod';

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const cursorKey = z.tuple([z.guid()]);

/** Find options of a page that is ordered by id, oldest first: stable, whatever is written meanwhile. */
export const findById = ({ limit, cursor }: PageRequest) => ({
  order: { id: 'ASC' as const },
  // One more than asked for tells whether there is a next page.
  take: limit + 1,
  where: cursor === undefined ? {} : { id: MoreThan(readCursor(cursor, cursorKey)[0]) },
});

/** The page of what `findById` found. */
export const pageById = <Row extends { id: string }, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  view: (row: Row) => Item,
): Page<Item> => pageOf(rows, limit, view, ({ id }) => [id]);
