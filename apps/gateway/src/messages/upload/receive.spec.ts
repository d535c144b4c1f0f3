import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { receive } from './receive.ts';

/** Stands for a request: bytes that come from a socket. */
const upload = (options: { highWaterMark?: number } = {}) =>
  Object.assign(new PassThrough(options), { socket: { bytesRead: 0 } });

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
  );

describe('receiving an upload', () => {
  it('gives what the work gives', async () => {
    const source = upload();
    const received = receive(source, 1_000, () => buffer(source));
    source.end('all of it');
    expect((await received).toString()).toBe('all of it');
  });

  it('aborts the work when the sender goes away', async () => {
    const source = upload();
    let aborted = false;
    const received = receive(source, 1_000, (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      source.resume();
      return never(signal);
    });
    source.write('half');
    source.destroy();
    await expect(received).rejects.toMatchObject({ code: 'upload-cut-off' });
    expect(aborted).toBe(true);
  });

  it('aborts the work when the sender sends nothing', async () => {
    const source = upload();
    source.resume();
    await expect(receive(source, 30, never)).rejects.toMatchObject({ code: 'upload-stalled' });
  });

  it('tells the sender so before anybody further on loses patience, half a stall later', async () => {
    const source = upload();
    source.resume();
    const impatient = () =>
      new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('media-svc cut it')), 600));
    await expect(receive(source, 400, impatient)).rejects.toMatchObject({ code: 'upload-stalled' });
  });

  it('waits for a sender who is slow but sends', async () => {
    const source = upload();
    const received = receive(source, 40, () => buffer(source));
    for (let n = 0; n < 6; n++) {
      source.write('x');
      source.socket.bytesRead += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    source.end();
    expect((await received).toString()).toBe('xxxxxx');
  });

  it('does not hold the sender to account while nobody takes what came', async () => {
    const source = upload();
    source.end('waiting');
    const taken = receive(source, 20, async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return buffer(source);
    });
    expect((await taken).toString()).toBe('waiting');
  });

  it('throws away what is still sent once the work has failed', async () => {
    const source = upload({ highWaterMark: 16 });
    const received = receive(source, 1_000, async () => {
      throw new Error('no room');
    });
    await expect(received).rejects.toThrow('no room');
    const written = new Promise<void>((resolve) => source.write('x'.repeat(10_000), () => resolve()));
    await written;
    expect(source.readableLength).toBe(0);
  });
});
