import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MediaGround, openMediaGround, sha256 } from '../spec-support/media-ground.ts';
import { wavFile } from '../spec-support/wav-files.ts';
import { settleSilent } from './settle-silent.ts';
import { type SpooledMedia, SpooledTable } from './spooled.table.ts';

let ground: MediaGround;
let table: SpooledTable;
beforeAll(async () => {
  ground = await openMediaGround();
  table = new SpooledTable(ground.store.pool);
});
afterAll(() => ground.close());

const settle = (after?: SpooledMedia) => settleSilent(ground.recordings.storages, table, after);

it('goes on, time after time, behind what only a lost disk had, and begins again at its end', async () => {
  const silent = newId();
  const bytes = wavFile();
  const { mediaId } = await ground.keep(bytes);
  const key = { tenantId: ground.tenantId, sha256: sha256(bytes) };
  const { pool } = ground.store;
  const list = async (ids: string[]): Promise<void> => {
    for (const id of ids) await table.add({ ...key, mediaId: id }, silent);
  };
  const lost = await pool.query<{ id: string }>(
    `INSERT INTO media SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid()))).*
     FROM media m, generate_series(1, 250) WHERE m.id = $1 RETURNING id`,
    [mediaId],
  );
  await list(lost.rows.map(({ id }) => id));
  await list([mediaId]);

  const first = await settle();
  expect([first.settled, first.after === undefined]).toEqual([0, false]);
  const second = await settle(first.after);
  expect([second.settled, second.after === undefined]).toEqual([0, false]);
  expect(second.after?.key).not.toEqual(first.after?.key);
  expect(await settle(second.after)).toEqual({ settled: 1, after: undefined });
  const { rows } = await pool.query(`SELECT count(*)::int AS left FROM spooled_media`);
  expect(rows).toEqual([{ left: 250 }]);

  await pool.query(`DELETE FROM media WHERE id = ANY($1)`, [lost.rows.map(({ id }) => id)]);
  expect(await settle()).toEqual({ settled: 250, after: undefined });
});
