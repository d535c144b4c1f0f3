import { asStoreError } from '@aftertone/event-store';
import type { Ground } from '../ground/ground.ts';

/** The next integer id of a mailbox, unique on the platform. Numbers of creations that fail are left out. */
export const nextShortId = async ({ store }: Ground): Promise<number> => {
  const query = store.pool.query<{ id: number }>("SELECT nextval('mailbox_short_id')::int AS id");
  const { rows } = await query.catch((error: unknown) => {
    throw asStoreError(error);
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the sequence of short ids gave nothing');
  return row.id;
};
