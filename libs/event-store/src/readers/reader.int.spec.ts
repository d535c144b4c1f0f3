import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flakyWire } from '../test-support/flaky-wire.ts';
import { LetterRow, openBox, type SampleStore, sampleStore, toLetter } from '../test-support/sample-store.ts';
import { asTenant, openReader } from './reader.ts';

let sample: SampleStore;
let reader: DataSource;
beforeAll(async () => {
  sample = await sampleStore();
  reader = await openReader(sample.url, [LetterRow]);
});
afterAll(async () => {
  await reader.destroy();
  await sample.close();
});

const tables = ['event', 'stream', 'feed', 'letter_list'];

/** A tenant with one box that holds one letter. */
async function tenantWithLetter() {
  const { tenantId, boxId } = await openBox(sample.store);
  const letterId = newId();
  const secret = { table: 'letter_secret', op: 'upsert' as const, row: { letter_id: letterId, secret: 'hidden' } };
  const data = { boxId, grams: 5 };
  await toLetter(
    sample.store,
    { type: 'PostLetter', data },
    { tenantId, id: letterId, isNew: true, extraRows: [secret] },
  );
  return { tenantId, boxId, letterId };
}

describe('reading as a tenant', () => {
  it('sees the own rows, through entities and through SQL', async () => {
    const { tenantId, boxId, letterId } = await tenantWithLetter();
    const [row] = await asTenant(reader, tenantId, (manager) => manager.find(LetterRow));
    expect(row).toEqual({ tenantId, letterId, boxId, status: 'unread', grams: 5, sender: null });
    for (const table of tables) {
      const rows: unknown[] = await asTenant(reader, tenantId, (manager) => manager.query(`SELECT * FROM ${table}`));
      expect(rows, table).not.toEqual([]);
    }
  });

  it.each(tables)('sees nothing of another tenant in %s', async (table) => {
    await tenantWithLetter();
    const rows = await asTenant(reader, newId(), (manager) => manager.query(`SELECT * FROM ${table}`));
    expect(rows).toEqual([]);
  });

  it.each(tables)('sees nothing at all in %s without a tenant, also after a session served one', async (table) => {
    const { tenantId } = await tenantWithLetter();
    for (let n = 0; n < 10; n += 1) await asTenant(reader, tenantId, (manager) => manager.query('SELECT 1'));
    expect(await reader.query(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('sees no table that is not readable', async () => {
    const { tenantId } = await tenantWithLetter();
    for (const table of ['letter_secret', 'subject_key', 'command_dedup', 'claim']) {
      const reading = asTenant(reader, tenantId, (manager) => manager.query(`SELECT * FROM ${table}`));
      await expect(reading, table).rejects.toThrow('permission denied');
    }
  });

  it('cannot write', async () => {
    const { tenantId } = await tenantWithLetter();
    const writing = asTenant(reader, tenantId, (manager) => manager.query(`DELETE FROM letter_list`));
    await expect(writing).rejects.toThrow();
    await expect(reader.query(`UPDATE feed SET open = false`)).rejects.toThrow();
  });

  it('keeps its role and its tenant whatever the connection string asks for', async () => {
    const url = `${sample.url}?options=${encodeURIComponent('-c role=none -c work_mem=2MB')}`;
    const other = await openReader(url, [LetterRow]);
    expect(await other.query(`SELECT current_user, current_setting('work_mem') AS memory`)).toEqual([
      { current_user: 'aftertone_reader', memory: '2MB' },
    ]);
    await other.destroy();
  });

  it('refuses a tenant id that is none', async () => {
    const reading = asTenant(reader, `' OR true; --`, (manager) => manager.query('SELECT 1'));
    await expect(reading).rejects.toThrow('GUID');
  });
});

describe('a database that does not answer', () => {
  it('is told as unavailable, in time, and used again when it is back', async () => {
    const { tenantId } = await tenantWithLetter();
    const wire = await flakyWire(sample.url);
    const distant = await openReader(wire.url, [LetterRow], {
      statementTimeoutMs: 200,
      connectTimeoutMs: 200,
      poolSize: 2,
    });
    const count = () => asTenant(distant, tenantId, (manager) => manager.count(LetterRow));
    const down = { kind: 'unavailable', code: 'store-unavailable' };
    expect(await count()).toBe(1);
    await wire.cut();
    await expect(count()).rejects.toMatchObject(down);
    await wire.restore();
    expect(await eventually(count)).toBe(1);
    wire.goSilent();
    for (const result of await Promise.allSettled([count(), count(), count()])) {
      expect(result).toMatchObject({ reason: down });
    }
    await wire.restore();
    expect(await eventually(count)).toBe(1);
    await distant.destroy();
    await wire.close();
  });

  it('lets a query that takes too long go', async () => {
    const { tenantId } = await tenantWithLetter();
    const hasty = await openReader(sample.url, [LetterRow], { statementTimeoutMs: 100 });
    const slow = asTenant(hasty, tenantId, (manager) => manager.query('SELECT pg_sleep(20)'));
    await expect(slow).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await asTenant(hasty, tenantId, (manager) => manager.count(LetterRow))).toBe(1);
    await hasty.destroy();
  });
});
