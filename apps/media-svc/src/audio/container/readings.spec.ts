import { expect, it, vi } from 'vitest';
import { containerFile } from '../../spec-support/read-audio.ts';
import { OpusPackets } from './opus-packets.ts';
import { Readings } from './readings.ts';

const file = containerFile('call.ogg');
const content = { bytes: file.length, read: () => [file] };
const anyLength = { maxSeconds: null };
/** Frames of ADTS stand for themselves: as many as one likes, one after the other. */
const longFile = () => Buffer.concat(Array.from({ length: 20 }, () => containerFile('stream.aac')));

it('what takes too long to read may be sent again: that is not the fault of the file', async () => {
  const readings = new Readings({ atOnce: 1, waiting: 1, patienceMs: 1 });
  await expect(readings.read('audio/ogg', content, anyLength)).rejects.toMatchObject({ code: 'media-busy' });
});

it('so many are read at once, more wait, and nobody waits for long', async () => {
  const readings = new Readings({ atOnce: 1, waiting: 1, waitMs: 1 });
  const [first, second, third] = await Promise.allSettled(
    [1, 2, 3].map(() => readings.read('audio/ogg', content, anyLength)),
  );
  expect(first).toMatchObject({ status: 'fulfilled', value: { codec: 'opus' } });
  for (const late of [second, third]) expect(late).toMatchObject({ reason: { code: 'media-busy' } });
  // Everybody has given back the turn.
  expect(await readings.read('audio/ogg', content, anyLength)).toMatchObject({ codec: 'opus' });
});

it('small files that come at once wait longer than others take', async () => {
  const readings = new Readings({ atOnce: 1, waiting: 20 });
  const held = Promise.withResolvers<void>();
  const slow = async function* () {
    await held.promise;
    yield file;
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const first = readings.read('audio/ogg', { bytes: file.length, read: slow }, anyLength);
    const others = Array.from({ length: 5 }, () => readings.read('audio/ogg', content, anyLength));
    await vi.advanceTimersByTimeAsync(20_000);
    held.resolve();
    for (const facts of await Promise.all([first, ...others])) expect(facts).toMatchObject({ codec: 'opus' });
  } finally {
    vi.useRealTimers();
  }
});

it('a sender who leaves frees the place at once, also while another one is waited for', async () => {
  const readings = new Readings({ atOnce: 1, waiting: 3 });
  const leaving = new AbortController();
  const first = readings.read('audio/ogg', content, anyLength, leaving.signal);
  const waiting = readings.read('audio/ogg', content, anyLength, leaving.signal);
  const last = readings.read('audio/ogg', content, anyLength);
  leaving.abort(new Error('gone'));
  for (const left of [first, waiting]) await expect(left).rejects.toThrow('gone');
  expect(await last).toMatchObject({ codec: 'opus' });
  await expect(readings.read('audio/ogg', content, anyLength, leaving.signal)).rejects.toThrow('gone');
});

it('large files leave a place to the others, and give back both of theirs', async () => {
  const readings = new Readings({ atOnce: 2, waiting: 0, largeBytes: 1 });
  const large = () => readings.read('audio/ogg', content, anyLength);
  const both = await Promise.allSettled([large(), large()]);
  expect(both).toMatchObject([{ value: { codec: 'opus' } }, { reason: { code: 'media-busy' } }]);
  expect(await large()).toMatchObject({ codec: 'opus' });
});

it('what costs too much to read is refused for good', async () => {
  const stingy = new Readings({ atOnce: 1, waiting: 0, maxComputingSeconds: -1 });
  const long = longFile();
  const refused = stingy.read('audio/aac', { bytes: long.length, read: () => [long] }, anyLength);
  await expect(refused).rejects.toMatchObject({ code: 'audio-too-long-to-read', kind: 'rejected' });
});

it('takes an empty packet of Opus for a broken one, and makes nothing up', async () => {
  const packets = await OpusPackets.open(1, 0);
  expect([packets.decode(new Uint8Array(), 0).samples, packets.broken]).toEqual([0, 1]);
  packets.close();
});
