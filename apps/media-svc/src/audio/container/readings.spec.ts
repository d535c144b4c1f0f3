import { expect, it } from 'vitest';
import { containerFile } from '../../spec-support/read-audio.ts';
import { OpusPackets } from './opus-packets.ts';
import { Readings } from './readings.ts';

const file = containerFile('call.ogg');
const content = { bytes: file.length, read: () => [file] };
const anyLength = { maxSeconds: null };

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

it('takes an empty packet of Opus for a broken one, and makes nothing up', async () => {
  const packets = await OpusPackets.open(1, 0);
  expect([packets.decode(new Uint8Array(), 0).samples, packets.broken]).toEqual([0, 1]);
  packets.close();
});
