import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flakyWire } from '../test-support/flaky-wire.ts';
import { openBox, type SampleStore, sampleStore } from '../test-support/sample-store.ts';
import { TenantReads } from './tenant-reads.ts';

let sample: SampleStore;
let reads: TenantReads;
beforeAll(async () => {
  sample = await sampleStore();
  reads = await TenantReads.open(sample.url, { poolSize: 1 });
});
afterAll(async () => {
  await reads.close();
  await sample.close();
});

const feedIds = { name: 'feed-ids', text: 'SELECT feed_id FROM feed WHERE feed_id = ANY ($1)' };
const quotient = { name: 'quotient', text: 'SELECT 6 / $1::integer AS quotient' };
const echo = { name: 'echo', text: 'SELECT $1::text AS echo' };
const secrets = { name: 'secrets', text: 'SELECT * FROM letter_secret' };

it('sees the own rows only, also in one batch with other tenants', async () => {
  const boxes = await Promise.all([openBox(sample.store), openBox(sample.store), openBox(sample.store)]);
  const ids = boxes.map(({ boxId }) => boxId);
  const found = await Promise.all(boxes.map(({ tenantId }) => reads.rows(feedIds, tenantId, [ids])));
  expect(found).toEqual(ids.map((feed_id) => [{ feed_id }]));
  expect(await reads.rows(feedIds, newId(), [ids])).toEqual([]);
});

it('asks once what is asked at the same time, and anew what is asked later', async () => {
  const { tenantId, boxId } = await openBox(sample.store);
  const ask = () => reads.rows(feedIds, tenantId, [[boxId]]);
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second).toBe(first);
  expect(await ask()).not.toBe(first);
});

it('fails for the statement that is wrong, and for none of those that went with it', async () => {
  const { tenantId, boxId } = await openBox(sample.store);
  const ends = await Promise.allSettled([
    reads.rows(feedIds, tenantId, [[boxId]]),
    reads.rows(quotient, tenantId, [0]),
    reads.rows(secrets, tenantId, []),
    reads.rows(echo, tenantId, ['a\u0000b']),
    reads.rows(quotient, tenantId, [3]),
  ]);
  expect(ends).toMatchObject([
    { value: [{ feed_id: boxId }] },
    { reason: { message: 'division by zero' } },
    { reason: { message: expect.stringContaining('permission denied') } },
    { reason: { kind: 'invalid', code: 'unstorable-value' } },
    { value: [{ quotient: 2 }] },
  ]);
});

it('cannot write', async () => {
  const write = { name: 'write', text: 'UPDATE feed SET open = false' };
  await expect(reads.rows(write, newId(), [])).rejects.toThrow();
});

it('refuses a tenant id that is none', () => {
  expect(() => reads.rows(feedIds, `' OR true; --`, [[]])).toThrow('GUID');
});

it('tells of a database that does not answer in time, and uses it again when it is back', async () => {
  const { tenantId, boxId } = await openBox(sample.store);
  const wire = await flakyWire(sample.url);
  const distant = await TenantReads.open(wire.url, { statementTimeoutMs: 200, connectTimeoutMs: 200 });
  const ask = () => distant.rows(feedIds, tenantId, [[boxId]]);
  const down = { kind: 'unavailable', code: 'store-unavailable' };
  expect(await ask()).toHaveLength(1);
  await wire.cut();
  await expect(ask()).rejects.toMatchObject(down);
  await wire.restore();
  expect(await eventually(ask)).toHaveLength(1);
  wire.goSilent();
  for (const end of await Promise.allSettled([ask(), distant.rows(quotient, tenantId, [2])])) {
    expect(end).toMatchObject({ reason: down });
  }
  await wire.restore();
  expect(await eventually(ask)).toHaveLength(1);
  await distant.close();
  await wire.close();
});
