import { freshDatabase, type TestDatabase } from '@aftertone/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oneProcess } from './one-process.ts';

let database: TestDatabase;
let pools: [Pool, Pool];
beforeAll(async () => {
  database = await freshDatabase();
  pools = [new Pool({ connectionString: database.url }), new Pool({ connectionString: database.url })];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

it('leaves the work to the process that does it already, and takes it up again after that', async () => {
  const [one, other] = pools;
  const done: string[] = [];
  await oneProcess(one, 'work', async () => {
    await oneProcess(other, 'work', async () => {
      done.push('the same');
    });
    await oneProcess(other, 'other work', async () => {
      done.push('other');
    });
  });
  await expect(oneProcess(other, 'work', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await oneProcess(one, 'work', async () => {
    done.push('again');
  });
  expect(done).toEqual(['other', 'again']);
});
