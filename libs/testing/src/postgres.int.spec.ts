import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { freshDatabase, startPostgres } from './postgres.ts';

async function ask(url: string, question: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(question)).rows;
  } finally {
    await client.end();
  }
}

describe('freshDatabase', () => {
  it('gives every caller an empty database of its own', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'CREATE TABLE marks (id int)');
    await expect(ask(other.url, 'SELECT * FROM marks')).rejects.toThrow(/does not exist/);
    await Promise.all([one.drop(), other.drop()]);
    await expect(ask(one.superuserUrl, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });
});

it('gives the rights that a service has in production, and no more', async () => {
  const [own, foreign] = await Promise.all([freshDatabase(), freshDatabase()]);
  await ask(own.url, 'CREATE TABLE marks (id int); SET ROLE aftertone_reader; RESET ROLE');
  await expect(ask(own.url, 'CREATE ROLE helper')).rejects.toThrow(/permission denied/);
  const intrusion = new URL(own.url);
  intrusion.pathname = new URL(foreign.url).pathname;
  await expect(ask(intrusion.href, 'SELECT 1')).rejects.toThrow(/permission denied/);
  await Promise.all([own.drop(), foreign.drop()]);
});

describe('startPostgres', () => {
  it('starts again after a kill, on the same port, with what was committed', async () => {
    const server = await startPostgres({ durable: true });
    try {
      await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
      const before = server.pid;
      await server.kill();
      await expect(ask(server.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
      await server.start();
      expect(server.pid).not.toBe(before);
      expect(await ask(server.url, 'SELECT seven FROM kept')).toEqual([{ seven: 7 }]);
    } finally {
      await server.remove();
    }
  });
});
