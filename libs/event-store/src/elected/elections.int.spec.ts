import { eventually, freshDatabase, type TestDatabase } from '@aftertone/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Elected, Elections, pause } from './elections.ts';

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Of a session that says nothing by itself: who waits for its next sign of life waits longer than any test. */
const elections = () => new Elections({ url: database.url, applicationName: 'test', logger, beatEveryMs: 3_600_000 });

const stand = (place: Elections, name: string): Elected =>
  place.run({ name, takeOverMs: 3_600_000 }, (_session, signal) => pause(3_600_000, signal));

it('notices who comes and who goes while it is asking the database', async () => {
  for (let round = 0; round < 20; round += 1) {
    const place = elections();
    const first = stand(place, `first ${round}`);
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = stand(place, `second ${round}`);
    // Each round meets another moment of the election of the second.
    for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
    const third = stand(place, `third ${round}`);
    await eventually(() => expect(third.isLeader()).toBe(true));
    const late = stand(place, `late ${round}`);
    for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
    await Promise.all([first, second, third, late].map((one) => one.stop()));
  }
});
