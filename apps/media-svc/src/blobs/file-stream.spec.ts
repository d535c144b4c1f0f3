import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ByteRange } from './blob-store.ts';
import { FileStream } from './file-stream.ts';

const folder = temporaryFolder('file-stream');
afterAll(() => folder.remove());
const file = join(folder.path, 'recording');
const bytes = randomBytes(1_000_000);
writeFileSync(file, bytes);

const opened = async (range?: ByteRange): Promise<FileStream> =>
  new FileStream(await open(file, 'r'), (call) => call(), range);

/** Like a connection: it takes its time, and has taken a copy when it says so. */
class Listener extends Writable {
  readonly got: Buffer[] = [];

  override _write(piece: Buffer, _encoding: string, taken: () => void): void {
    setImmediate(() => {
      this.got.push(Buffer.from(piece));
      taken();
    });
  }

  heard(range: ByteRange): boolean {
    return Buffer.concat(this.got).equals(bytes.subarray(range.start, range.end + 1));
  }
}

describe('sending a file', () => {
  let out: Listener;
  beforeEach(() => {
    out = new Listener();
  });
  const isClosed = (stream: FileStream) => (stream.closed ? undefined : once(stream, 'close'));

  it.each([
    ['all of it', { start: 0, end: 999_999 }],
    ['less than a piece', { start: 7, end: 100_006 }],
    ['exactly a piece', { start: 1, end: 262_144 }],
    ['its last byte', { start: 999_999, end: 999_999 }],
  ])('gives %s, and closes it', async (_what, range) => {
    const stream = await opened(range);
    await stream.sendTo(out, range.end - range.start + 1);
    expect([out.heard(range), out.writableFinished]).toEqual([true, true]);
    await isClosed(stream);
  });

  it('gives many at once each its own bytes', async () => {
    const many = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const [to, range] = [new Listener(), { start: n * 10_000, end: n * 10_000 + 499_999 }];
        await (await opened(range)).sendTo(to, 500_000);
        return to.heard(range);
      }),
    );
    expect(many).toEqual(many.map(() => true));
  });

  it('breaks off what is shorter than promised', async () => {
    const stream = await opened({ start: 990_000, end: 1_009_999 });
    await expect(stream.sendTo(out, 20_000)).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect([out.destroyed, out.writableFinished]).toEqual([true, false]);
    await isClosed(stream);
  });

  it.each<[string, (to: Writable) => void]>([
    ['has left before', (to) => to.destroy()],
    ['leaves midway', (to) => setImmediate(() => to.destroy())],
  ])('ends quietly when the listener %s', async (_when, leave) => {
    const stream = await opened();
    leave(out);
    await stream.sendTo(out, bytes.length);
    await isClosed(stream);
  });
});
