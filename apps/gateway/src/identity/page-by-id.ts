import { type Page, pageOf, readCursor } from '@aftertone/event-store';
import { MoreThan } from 'typeorm';
import { z } from 'zod';

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const cursorKey = z.tuple([z.guid()]);

/** The id behind which a page begins; undefined for the first one. */
export const startOf = ({ cursor }: PageRequest): string | undefined =>
  cursor === undefined ? undefined : readCursor(cursor, cursorKey)[0];

/** Find options of a page that is ordered by id, oldest first: stable, whatever is written meanwhile. */
export const findById = (page: PageRequest) => {
  const start = startOf(page);
  return {
    order: { id: 'ASC' as const },
    // One more than asked for tells whether there is a next page.
    take: page.limit + 1,
    where: start === undefined ? {} : { id: MoreThan(start) },
  };
};

/** The page of what `findById` found. */
export const pageById = <Row extends { id: string }, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  view: (row: Row) => Item,
): Page<Item> => pageOf(rows, limit, view, ({ id }) => [id]);
