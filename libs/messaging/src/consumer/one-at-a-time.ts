import type { ClientBase, QueryResultRow } from 'pg';
import type { Queryable } from '../dead-letters/dead-letters.ts';

/** A single connection for several users: a `pg` client must not be asked while it answers. */
export const oneAtATime = (client: ClientBase): Queryable => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<{ rows: Row[] }> {
      const next = last.then(() => client.query<Row>(text, values));
      last = next.catch(() => {});
      return next;
    },
  };
};
