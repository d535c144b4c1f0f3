import { Readable } from 'node:stream';
import { convert } from '../audio/conversion/convert.ts';
import { type ConvertedFormat, targetOf } from '../audio/conversion/target.ts';
import { wavFile } from './wav-files.ts';

// Converts one recording of MINUTES into FORMAT, and prints how much the memory of this process grew at most.
const format: ConvertedFormat = process.env.FORMAT === 'mp3' ? 'mp3' : 'wav';
const second = Buffer.from(Int8Array.from({ length: 16_000 }, (_, n) => (n * 7919) % 251));

const run = async (seconds: number): Promise<number> => {
  const sound = { contentType: 'audio/wav', codec: 'pcm_mulaw', sampleRate: 16_000, channels: 1 };
  const target = targetOf(format, { ...sound, durationMs: seconds * 1000 }, { narrow: 24, wide: 32 });
  if (target === null) throw new Error('nothing to convert');
  const header = wavFile({ tag: 7, bits: 8, sampleRate: 16_000, sound: Buffer.alloc(0), riffSize: 0, dataSize: 0 });
  const file = function* (): Generator<Buffer> {
    yield header;
    for (let n = 0; n < seconds; n += 1) yield second;
  };
  const source = Readable.from(file(), { objectMode: false });
  let bytes = 0;
  for await (const piece of convert(
    source,
    { sound: { ...sound, bytes: header.length + seconds * second.length }, target },
    new AbortController().signal,
  ))
    bytes += piece.length;
  if (bytes !== target.bytes) throw new Error(`${bytes} bytes instead of ${target.bytes}`);
  return bytes;
};

await run(60); // code and buffers that every conversion needs
globalThis.gc?.();
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 5);
const bytes = await run(Number(process.env.MINUTES) * 60);
clearInterval(watch);
console.log(JSON.stringify({ bytes, growthMegabytes: Math.round((most - before) / 2 ** 20) }));
