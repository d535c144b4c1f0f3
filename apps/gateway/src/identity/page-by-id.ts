import { invalid, isId } from '@aftertone/kernel';
import { MoreThan } from 'typeorm';

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

const readCursor = (cursor: string): string => {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!isId(id)) throw invalid('invalid-cursor', 'The cursor is none that this server has given out');
  return id;
};

/** Find options of a page that is ordered by id, oldest first: stable, whatever is written meanwhile. */
export const pageById = ({ limit, cursor }: PageRequest) => ({
  order: { id: 'ASC' as const },
  // One more than asked for tells whether there is a next page.
  take: limit + 1,
  where: cursor === undefined ? {} : { id: MoreThan(readCursor(cursor)) },
});

/** The page of what `pageById` found. */
export const pageOf = <Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): { items: Item[]; next: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), next: more ? Buffer.from(last.id).toString('base64url') : null };
};
