import { Gauge } from 'prom-client';
import { expect, it } from 'vitest';
import { Turns, type TurnsOptions } from './turns.ts';

const turnsOf = (options: Partial<TurnsOptions> = {}) =>
  new Turns({ atOnce: 1, waiting: 2, full: () => new Error('full'), ...options });
const never = () => new AbortController().signal;

it('lets the next in line work when a turn is over, in the order of coming', async () => {
  const turns = turnsOf();
  const order: string[] = [];
  const first = await turns.take(never);
  const others = ['second', 'third'].map(async (name) => {
    const over = await turns.take(never);
    order.push(name);
    over();
  });
  await expect(turns.take(never)).rejects.toThrow('full');
  expect(order).toEqual([]);
  first();
  await Promise.all(others);
  expect(order).toEqual(['second', 'third']);
  expect(turns.idle).toBe(true);
});

it('gives up one turn only, however often that is said', async () => {
  const turns = turnsOf();
  const over = await turns.take(never);
  over();
  over();
  await turns.take(never);
  let second = false;
  void turns.take(never).then(() => {
    second = true;
  });
  await new Promise(setImmediate);
  expect(second).toBe(false);
});

it('lets somebody leave the line, and asks for the signal only where there is a line', async () => {
  const turns = turnsOf();
  const over = await turns.take(() => {
    throw new Error('nobody waits');
  });
  const patience = new AbortController();
  const waiting = turns.take(() => patience.signal);
  patience.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  await expect(turns.take(() => AbortSignal.abort(new Error('gone before')))).rejects.toThrow('gone before');
  over();
  expect(turns.idle).toBe(true);
});

it('shows how many work and wait', async () => {
  const gauge = (name: string) => new Gauge({ name, help: name, registers: [] });
  const gauges = { working: gauge('working'), waiting: gauge('waiting') };
  const shown = async () =>
    Promise.all([gauges.working, gauges.waiting].map(async (each) => (await each.get()).values[0]?.value ?? 0));
  const turns = turnsOf({ gauges });
  const over = await turns.take(never);
  const next = turns.take(never);
  expect(await shown()).toEqual([1, 1]);
  over();
  (await next)();
  expect(await shown()).toEqual([0, 0]);
});
