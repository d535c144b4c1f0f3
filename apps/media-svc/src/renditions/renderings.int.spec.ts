import { once } from 'node:events';
import { Readable } from 'node:stream';
import { eventually, type TestFolder, temporaryFolder } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobContent } from '../blobs/blob-store.ts';
import { pieces } from '../spec-support/media-ground.ts';
import { filesIn, openSpool, openStorage } from '../spec-support/open-storage.ts';
import { type HeldRecording, heldRecording, openRenderings } from '../spec-support/renderings.ts';
import { runAlone } from '../spec-support/run-alone.ts';
import type { Spool } from '../spool/spool.ts';
import { UploadBody } from '../uploads/upload-body.ts';
import { UploadMemory } from '../uploads/upload-memory.ts';
import type { Renderings } from './renderings.ts';

let folder: TestFolder;
let spool: Spool;
let warned: string[];
const opened: Renderings[] = [];
beforeEach(() => {
  folder = temporaryFolder('renderings');
  spool = openSpool(folder.path);
  warned = [];
});
afterEach(async () => {
  for (const renderings of opened.splice(0)) await renderings.close();
  expect(unfinished()).toEqual([]);
  await spool.close();
  folder.remove();
});

const unfinished = () => filesIn(folder.path);
const open = (options: Partial<Parameters<typeof openRenderings>[0]> & { memoryBytes?: number } = {}): Renderings => {
  // As a rule no memory: it is in a file from its first piece on.
  const memory = new UploadMemory(options.memoryBytes ?? 0);
  const begin = () => new UploadBody(memory, () => spool.begin());
  const log = { warn: (_fields: object, message: string) => void warned.push(message) };
  const renderings = openRenderings({ begin, log, ...options });
  opened.push(renderings);
  return renderings;
};
const wholeOf = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray());
const all = ({ bytes }: HeldRecording) => ({ start: 0, end: bytes - 1 });
/** Joins, waits for the first bytes, and reads to the end of what it wants. */
const listen = async (renderings: Renderings, name: string, recording: HeldRecording, range = all(recording)) => {
  const rendering = renderings.join(name, recording.order);
  try {
    await rendering.reaches(range.start);
    return await wholeOf(rendering.read(range));
  } finally {
    rendering.leave();
  }
};
/** Keeps what comes in memory, as a storage would. */
const keeping = (storage: Buffer[]) => async (content: BlobContent) => {
  const file = await wholeOf(Readable.from(content.read(), { objectMode: false }));
  storage.push(file);
  return async ({ start, end }: { start: number; end: number }) =>
    Readable.from(pieces(file.subarray(start, end + 1)), { objectMode: false });
};

describe.each([
  ['in memory', 1e9],
  ['in a file', 0],
  ['in memory at first', 32 * 200_000],
])('a recording that is converted %s', (_where, memoryBytes) => {
  it('is converted once for all who want the same, each at a pace of its own, and in parts', async () => {
    const renderings = open({ memoryBytes });
    const recording = heldRecording();
    const listeners = Array.from({ length: 20 }, () => listen(renderings, 'a', recording));
    const slow = renderings.join('a', recording.order);
    await slow.reaches(0);
    const slowly = slow.read(all(recording))[Symbol.asyncIterator]();
    const begin = await slowly.next();
    const late = listen(renderings, 'a', recording, { start: recording.bytes - 10, end: recording.bytes - 1 });
    recording.goOn();
    const [first = Buffer.alloc(0), ...others] = await Promise.all(listeners);
    expect(first).toHaveLength(recording.bytes);
    for (const other of others) expect(other.equals(first)).toBe(true);
    expect(await late).toEqual(first.subarray(-10));
    const rest = [begin.value];
    for (let next = await slowly.next(); next.done !== true; next = await slowly.next()) rest.push(next.value);
    expect(Buffer.concat(rest).equals(first)).toBe(true);
    expect(recording.opened).toBe(1);
    slow.leave();
    // It was not kept, and what there was of it is being let go.
    await new Promise(process.nextTick);
    expect(await listen(renderings, 'a', recording)).toHaveLength(recording.bytes);
    // Nobody listens any more and it was not kept: the next one has it made again.
    await eventually(() => expect(renderings.has('a')).toBe(false));
  });
});

describe('listeners', () => {
  it('who take nothing keep nobody waiting', async () => {
    const renderings = open();
    const stuck = heldRecording(undefined, { whole: true, seconds: 60 });
    const idle = renderings.join('a', stuck.order);
    await idle.reaches(0);
    const unread = idle.read(all(stuck));
    const other = heldRecording(undefined, { whole: true });
    expect(await listen(renderings, 'b', other)).toHaveLength(other.bytes);
    expect(await wholeOf(unread)).toHaveLength(stuck.bytes);
    idle.leave();
  });

  it('who leave do not lose the work', async () => {
    const renderings = open();
    const storage: Buffer[] = [];
    const recording = heldRecording(keeping(storage));
    const rendering = renderings.join('a', recording.order);
    await rendering.reaches(0);
    rendering.read(all(recording)).destroy();
    rendering.leave();
    recording.goOn();
    await eventually(() => expect(storage.map(({ length }) => length)).toEqual([recording.bytes]));
    await eventually(() => expect(renderings.has('a')).toBe(false));
  });

  it('who leave the line give up their place in it, and what nobody waits for is not begun', async () => {
    const renderings = open({ waiting: 1 });
    const [first, second, third] = [heldRecording(), heldRecording(), heldRecording()];
    const one = listen(renderings, 'a', first);
    const impatient = renderings.join('b', second.order);
    impatient.leave();
    const patient = listen(renderings, 'b', third);
    first.goOn();
    third.goOn();
    expect([(await one).length, (await patient).length]).toEqual([first.bytes, third.bytes]);
    expect([first.opened, second.opened, third.opened]).toEqual([1, 0, 1]);
    await expect(impatient.reaches(0)).rejects.toMatchObject({ code: 'media-busy' });
  });

  it('go on in the storage when it is kept, and its file is gone', async () => {
    const renderings = open();
    const storage: Buffer[] = [];
    const recording = heldRecording(keeping(storage), { seconds: 60, whole: true });
    const slow = renderings.join('a', recording.order);
    await slow.reaches(0);
    const slowly = slow.read(all(recording));
    await once(slowly, 'readable');
    await eventually(() => expect([renderings.has('a'), ...unfinished()]).toEqual([false]));
    expect((await wholeOf(slowly)).equals(storage[0] ?? Buffer.alloc(0))).toBe(true);
    slow.leave();
  });

  it('have so long to hear what could not be kept', async () => {
    const renderings = open({ lingerMs: 100 });
    const recording = heldRecording(undefined, { seconds: 60, whole: true });
    const slow = renderings.join('a', recording.order);
    await slow.reaches(recording.bytes - 1);
    await eventually(() => expect(unfinished()).toEqual([]));
    await expect(wholeOf(slow.read(all(recording)))).rejects.toMatchObject({ code: 'conversion-timeout' });
    slow.leave();
  });
});

describe('what is not made', () => {
  it('who waits too long for a turn is asked to come again', async () => {
    const renderings = open({ waitMs: 20 });
    const first = heldRecording();
    const one = listen(renderings, 'a', first);
    const second = heldRecording();
    const refusals = await Promise.allSettled([1, 2].map(() => listen(renderings, 'b', second)));
    for (const refused of refusals)
      expect(refused).toMatchObject({ reason: { code: 'media-busy', details: { retryAfterSeconds: 5 } } });
    first.goOn();
    await one;
    // That there was no turn says nothing about the next one who asks.
    second.goOn();
    await eventually(async () => expect(await listen(renderings, 'b', second)).toHaveLength(second.bytes));
    expect(second.opened).toBe(1);
  });

  it('breaks off for who listens, and is told at once to who comes then', async () => {
    const renderings = open();
    const recording = heldRecording();
    const listener = renderings.join('a', recording.order);
    await listener.reaches(0);
    const heard = wholeOf(listener.read(all(recording)));
    recording.goOn(false);
    await expect(heard).rejects.toMatchObject({ code: 'audio-unreadable' });
    listener.leave();
    await eventually(() => expect(warned).toEqual(['a recording was not converted']));
    await expect(listen(renderings, 'a', recording)).rejects.toMatchObject({ code: 'audio-unreadable' });
    expect(recording.opened).toBe(1);
    const other = heldRecording(undefined, { whole: true });
    expect(await listen(renderings, 'b', other)).toHaveLength(other.bytes);
  });

  it('is given up when it takes too long, also where the storage gives nothing', async () => {
    const renderings = open({ timeoutMs: 2_000 });
    const recording = heldRecording();
    const heard = listen(renderings, 'a', recording);
    await expect(heard).rejects.toMatchObject({ code: 'conversion-timeout' });
    await eventually(() => expect(unfinished()).toEqual([]));
  });

  it('is given up when the process ends', async () => {
    const renderings = open();
    const recording = heldRecording();
    const [heard, waiting] = [listen(renderings, 'a', recording), listen(renderings, 'b', heldRecording())];
    const refused = Promise.allSettled([heard, waiting]);
    await eventually(() => expect(unfinished()).toHaveLength(1));
    await renderings.close();
    for (const each of await refused) expect(each).toMatchObject({ reason: { code: 'media-busy' } });
    expect(unfinished()).toEqual([]);
  });

  it('says so where there is no room for it, and nothing stays', async () => {
    const limited = ['sh', '-c', 'ulimit -f 200; exec "$@"', 'sh'];
    const { stdout } = await runAlone('./render-alone.ts', { SPOOL: folder.path }, limited);
    expect(JSON.parse(stdout)).toEqual({ code: 'storage-full', left: 0 });
    spool.begin = () => Promise.reject(new Error('not asked where there is memory'));
    const recording = heldRecording(undefined, { whole: true });
    expect(await listen(open({ memoryBytes: 1e9 }), 'a', recording)).toHaveLength(recording.bytes);
  });

  it('leaves nothing behind after the next start when it is killed midway', async () => {
    const { signal } = await runAlone('./render-alone.ts', { SPOOL: folder.path, DIE: 'yes' });
    expect([signal, unfinished().length]).toEqual(['SIGKILL', 1]);
    await (await openStorage(folder.path)).close();
    expect(unfinished()).toEqual([]);
  });
});
