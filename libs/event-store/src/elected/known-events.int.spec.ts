import { eventually, freshDatabase, type TestDatabase } from '@aftertone/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Elected, Elections, pause } from './elections.ts';
import { requireKnownToAll } from './known-events.ts';

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

let places: Elected[] = [];
afterEach(async () => {
  await Promise.all(places.map((place) => place.stop()));
  places = [];
});

/** A process that knows these types has a place. */
const lead = async (name: string, knows?: readonly string[]): Promise<Elected> => {
  const elections = new Elections({
    ...{ url: database.url, applicationName: 'test', logger },
    ...(knows && { knows }),
  });
  const place = elections.run({ name, takeOverMs: 3_600_000 }, (_session, signal) => pause(3_600_000, signal));
  places.push(place);
  await eventually(() => expect(place.isLeader()).toBe(true));
  return place;
};

const underWay = { code: 'upgrade-under-way', kind: 'unavailable', details: { retryAfterSeconds: 10 } };

it('may be written where nobody has a place, or all who have one know it', async () => {
  await requireKnownToAll({ pool }, 'GreetingRecorded');
  await lead('relay', ['GreetingRecorded', 'MessageDeposited']);
  await lead('reaction', ['GreetingRecorded']);
  await requireKnownToAll({ pool }, 'GreetingRecorded');
  await expect(requireKnownToAll({ pool }, 'MessageDeposited')).rejects.toMatchObject(underWay);
});

it.each([
  ['says nothing of what it knows', undefined],
  ['knows others', ['MessageDeposited']],
])('may not while a process has a place that %s, and may once it has ended', async (_what, knows) => {
  await lead('relay', ['GreetingRecorded']);
  const old = await lead('reaction', knows);
  await expect(requireKnownToAll({ pool }, 'GreetingRecorded')).rejects.toMatchObject(underWay);
  await old.stop();
  await eventually(() => requireKnownToAll({ pool }, 'GreetingRecorded'));
});

it('is asked of this database alone', async () => {
  const other = await freshDatabase();
  const elections = new Elections({ url: other.url, applicationName: 'test', logger });
  const place = elections.run({ name: 'relay', takeOverMs: 3_600_000 }, (_session, signal) => pause(3_600_000, signal));
  await eventually(() => expect(place.isLeader()).toBe(true));
  await requireKnownToAll({ pool }, 'GreetingRecorded');
  await place.stop();
  await other.drop();
});
