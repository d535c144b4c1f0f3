import { afterEach, expect, it, vi } from 'vitest';
import type { Queryable } from '../store/log.ts';
import { DatabaseClock } from './database-clock.ts';

const noon = Date.parse('2026-03-01T12:00:00.000Z');
let elapsed = 1_000;
/** What the database says, and how long question and answer take. */
let answer = { at: noon, there: 0, back: 0 };
const session = {
  query: async () => {
    elapsed += answer.there;
    const rows = [{ now: new Date(answer.at) }];
    elapsed += answer.back;
    return { rows };
  },
} as unknown as Queryable;

let clock: DatabaseClock | undefined;
const open = async (said: typeof answer): Promise<DatabaseClock> => {
  answer = said;
  clock = await DatabaseClock.open(session, { elapsed: () => elapsed });
  return clock;
};
afterEach(() => {
  clock?.stop();
  vi.useRealTimers();
});

it('tells the time of the database, whatever the clock of this machine says', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: noon - 600_000 });
  const { now } = await open({ at: noon, there: 10, back: 10 });
  // Between question and answer: at the end of an answer that took as long as the question, 10 ms later.
  expect(now().getTime()).toBe(noon + 10);
  elapsed += 60_000;
  vi.setSystemTime(noon + 600_000);
  expect(now().getTime()).toBe(noon + 60_010);
});

it('does not waver by what questions and answers take', async () => {
  const opened = await open({ at: noon, there: 1, back: 1 });
  elapsed += 5_000;
  const told = opened.now().getTime();
  answer = { at: told + 300, there: 300, back: 0 };
  await opened.look();
  expect(opened.now().getTime()).toBe(told + 300);
  answer = { at: told + 300, there: 0, back: 400 };
  await opened.look();
  expect(opened.now().getTime()).toBe(told + 700);
});

it('follows the database when its clock is set', async () => {
  const opened = await open({ at: noon, there: 1, back: 1 });
  answer = { at: noon + 300_000, there: 1, back: 1 };
  await opened.look();
  expect(opened.now().getTime()).toBe(noon + 300_001);
  answer = { at: noon - 300_000, there: 1, back: 1 };
  await opened.look();
  expect(opened.now().getTime()).toBe(noon - 299_999);
});

it('goes on while the database is away', async () => {
  const opened = await open({ at: noon, there: 0, back: 0 });
  session.query = () => Promise.reject(new Error('away'));
  await expect(opened.look()).rejects.toThrow('away');
  elapsed += 1_000;
  expect(opened.now().getTime()).toBe(noon + 1_000);
});
