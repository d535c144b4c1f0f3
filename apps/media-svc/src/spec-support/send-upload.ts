import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { wavFile } from './wav-files.ts';

// Sends a recording of MEGABYTES to PORT, chunked, and ends with code 0 when it was answered with 200.
const megabyte = Buffer.alloc(2 ** 20, 1);
const header = wavFile({ sound: Buffer.alloc(0), riffSize: 0, dataSize: 0 });
const body = function* (): Generator<Buffer> {
  yield Buffer.concat([header, megabyte]).subarray(0, 2 ** 20);
  for (let n = 1; n < Number(process.env.MEGABYTES); n += 1) yield megabyte;
};
const sent = request({ port: process.env.PORT, host: '127.0.0.1', method: 'PUT' }, (answer) => {
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
  answer.resume();
});
await pipeline(Readable.from(body()), sent);
