import { PassThrough, Readable } from 'node:stream';
import { eventually } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { storageUnavailable } from '../storage-errors.ts';
import { StorageFault } from '../storage-fault.ts';
import { type ResumedOptions, ResumedStream } from './resumed-stream.ts';

const resumedStream = (options: ResumedOptions): Readable => new ResumedStream(options);

const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, n) => n % 251));

/** Gives so many bytes from an offset on, then breaks, falls silent, or ends. */
const source = (from: number, many: number, then: 'breaks' | 'hangs' | 'ends'): Readable =>
  Readable.from(
    (async function* () {
      for (let at = from; at < from + many; at += 10) yield bytes.subarray(at, Math.min(at + 10, from + many));
      if (then === 'breaks') throw new Error('connection reset');
      if (then === 'hangs') await new Promise(() => undefined);
    })(),
    { objectMode: false },
  );

const read = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray());

it.each(['breaks', 'hangs', 'ends'] as const)('goes on where a connection %s', async (then) => {
  const asked: number[] = [];
  const reopen = async (offset: number): Promise<Readable> => {
    asked.push(offset);
    return offset === 400 ? source(400, 200, then) : source(offset, 1_000 - offset, 'ends');
  };
  const stream = resumedStream({ first: source(100, 300, then), start: 100, end: 1_000, reopen, idleMs: 20 });
  expect((await read(stream)).equals(bytes.subarray(100))).toBe(true);
  expect(asked).toEqual([400, 600]);
});

it('gives up on one that gives nothing more, and says why', async () => {
  let asked = 0;
  const reopen = async (): Promise<Readable> => {
    asked += 1;
    return source(0, 0, 'ends');
  };
  const stream = resumedStream({ first: source(0, 500, 'ends'), start: 0, end: 1_000, reopen });
  const error = await read(stream).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageFault);
  expect(String(error)).toContain('ended at byte 500 of 1000');
  expect(asked).toBe(2);
});

it('asks again also when asking fails, and then fails as that did', async () => {
  let asked = 0;
  const flaky = async (offset: number): Promise<Readable> => {
    asked += 1;
    if (asked === 1) throw new Error('refused');
    return source(offset, 1_000 - offset, 'ends');
  };
  const first = () => source(0, 500, 'breaks');
  expect((await read(resumedStream({ first: first(), start: 0, end: 1_000, reopen: flaky }))).equals(bytes)).toBe(true);
  const gone = () => Promise.reject(storageUnavailable());
  const lost = read(resumedStream({ first: first(), start: 0, end: 1_000, reopen: gone }));
  await expect(lost).rejects.toMatchObject({ code: 'storage-unavailable' });
});

it('survives as many broken connections as there are while its listener pauses', async () => {
  const length = 300_000;
  const whole = Buffer.alloc(length, 7);
  const opened: PassThrough[] = [];
  const open = (from: number): Readable => {
    const through = new PassThrough({ highWaterMark: 1_000_000 });
    through.write(whole.subarray(from, from + 70_000));
    opened.push(through);
    return through;
  };
  const stream = resumedStream({ first: open(0), start: 0, end: length, reopen: async (from) => open(from) });
  stream.read(0);
  const got: Buffer[] = [];
  while (Buffer.concat(got).length < length) {
    await eventually(() => expect(stream.readableLength).toBeGreaterThan(0));
    opened.at(-1)?.destroy(new Error('idle for too long'));
    const piece = stream.read();
    if (piece !== null) got.push(piece);
  }
  expect(Buffer.concat(got).equals(whole)).toBe(true);
});

it('lets nothing of a connection escape that breaks after its listener has left, heard or not', async () => {
  for (const begins of [true, false]) {
    const first = new PassThrough();
    first.write(bytes);
    const stream = resumedStream({
      first,
      start: 0,
      end: 10_000,
      reopen: () => Promise.reject(new Error('asked again')),
    });
    if (begins) stream.read();
    stream.destroy();
    // Without anybody who hears it, this would end the process.
    first.emit('error', new Error('aborted'));
    expect(first.destroyed).toBe(true);
  }
});

it('asks nobody while its listener pauses, and once more when that goes on', async () => {
  const first = new PassThrough({ highWaterMark: 1_000_000 });
  first.write(Buffer.alloc(100_000));
  let asked = 0;
  const reopen = async (offset: number): Promise<Readable> => {
    asked += 1;
    return Readable.from([Buffer.alloc(200_000 - offset)], { objectMode: false });
  };
  const stream = resumedStream({ first, start: 0, end: 200_000, reopen });
  stream.read(0);
  await eventually(() => expect(stream.readableLength).toBeGreaterThanOrEqual(stream.readableHighWaterMark));
  first.destroy(new Error('idle for too long'));
  await new Promise((resolve) => first.once('close', resolve));
  expect(asked).toBe(0);
  expect(await read(stream)).toHaveLength(200_000);
  expect(asked).toBe(1);
});

it('ends a connection that comes when its listener has left, and lets nothing of it escape', async () => {
  const asking = Promise.withResolvers<void>();
  const coming = Promise.withResolvers<Readable>();
  const reopen = (): Promise<Readable> => {
    asking.resolve();
    return coming.promise;
  };
  const stream = resumedStream({ first: source(0, 100, 'ends'), start: 0, end: 1_000, reopen }).resume();
  await asking.promise;
  stream.destroy();
  const late = new PassThrough();
  coming.resolve(late);
  await eventually(() => expect(late.destroyed).toBe(true));
  // Without anybody who hears it, this would end the process.
  late.emit('error', new Error('aborted'));
});

it('leaves a listener that pauses alone, however long, and closes the connection when that one leaves', async () => {
  const length = 1_000_000;
  const first = Readable.from(
    (async function* () {
      for (let at = 0; at < length; at += 1_000) yield bytes;
    })(),
    { objectMode: false },
  );
  let asked = 0;
  const reopen = async (): Promise<Readable> => {
    asked += 1;
    throw new Error('asked again');
  };
  const stream = resumedStream({ first, start: 0, end: length, reopen, idleMs: 1 });
  const listening = stream[Symbol.asyncIterator]();
  expect((await listening.next()).done).toBe(false);
  await eventually(() => expect(stream.readableLength).toBeGreaterThanOrEqual(stream.readableHighWaterMark));
  expect([first.destroyed, asked]).toEqual([false, 0]);
  await listening.return?.();
  await eventually(() => expect([first.destroyed, asked]).toEqual([true, 0]));
});
