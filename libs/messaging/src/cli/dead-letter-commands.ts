import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  type DeadLetter,
  type DeadLetterState,
  listDeadLetters,
  replayDeadLetters,
  showDeadLetter,
} from '../dead-letters/dead-letters.ts';
import { findEvent } from '../dead-letters/find-event.ts';
import { streamManager } from '../streams/event-stream.ts';
import type { Access } from './access.ts';
import type { Output } from './run.ts';

const waitForReplayMs = 30_000;
const waitForBusMs = 5_000;
const listLimit = 500;

/** A service that consumes nothing has no such table. */
const orNone = async <T>(found: Promise<T[]>): Promise<T[]> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42P01') return [];
    throw error;
  }
};

const everywhere = async <T>({ databases }: Access, ask: (db: pg.Pool) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(Object.values(databases).map((db) => orNone(ask(db))))).flat();

const lineOf = ({ id, createdAt, consumer, state, attempts, eventType, reason }: DeadLetter): string =>
  [id, createdAt.toISOString(), consumer, state, `${attempts}x`, eventType, reason].join('  ');

export const listLetters = async (access: Access, all: boolean, output: Output): Promise<number> => {
  const states: DeadLetterState[] = ['dead', 'replaying', 'expired', ...(all ? (['replayed'] as const) : [])];
  const letters = await everywhere(access, (db) => listDeadLetters(db, { states, limit: listLimit }));
  for (const letter of letters) output.out(lineOf(letter));
  output.out(letters.length === 1 ? '1 dead letter' : `${letters.length} dead letters`);
  return 0;
};

const find = async (access: Access, id: string): Promise<DeadLetter | undefined> => {
  const [letter] = await everywhere(access, async (db) => {
    const found = await showDeadLetter(db, id);
    return found === undefined ? [] : [found];
  });
  return letter;
};

const eventOf = async ({ bus }: Access, letter: DeadLetter): Promise<string> => {
  if (bus === undefined) return 'NATS_URL is not set: the event is not shown';
  try {
    const connection = await bus.whenUp(AbortSignal.timeout(waitForBusMs));
    const message = await findEvent(await streamManager(connection), letter);
    return message?.string() ?? 'the bus does not hold the event any more';
  } catch (error) {
    return `the bus does not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
};

export const showLetter = async (access: Access, id: string, output: Output): Promise<number> => {
  const letter = await find(access, id);
  if (letter === undefined) {
    output.err(`There is no dead letter ${id}`);
    return 1;
  }
  for (const [name, value] of Object.entries(letter)) {
    output.out(`${name}: ${value instanceof Date ? value.toISOString() : value}`);
  }
  output.out(`event: ${await eventOf(access, letter)}`);
  return 0;
};

/** Asks for the replays and waits until the consumers have tried. 0 when all of them were handled. */
export const replayLetters = async (access: Access, which: { id: string } | 'all', output: Output): Promise<number> => {
  const asked = await everywhere(access, (db) => replayDeadLetters(db, which));
  if (asked.length === 0) {
    output.out('Nothing is to be replayed');
    return which === 'all' ? 0 : 1;
  }
  const end = performance.now() + waitForReplayMs;
  const outcomes = await Promise.all(asked.map(({ id }) => outcomeOf(access, id, end)));
  for (const letter of outcomes) output.out(lineOf(letter));
  const replayed = outcomes.filter(({ state }) => state === 'replayed').length;
  output.out(`${replayed} of ${outcomes.length} replayed`);
  return replayed === outcomes.length ? 0 : 1;
};

const outcomeOf = async (access: Access, id: string, end: number): Promise<DeadLetter> => {
  for (;;) {
    const letter = await find(access, id);
    if (letter === undefined) throw new Error(`dead letter ${id} has vanished`);
    if (letter.state !== 'replaying' || performance.now() >= end) return letter;
    await delay(250);
  }
};
