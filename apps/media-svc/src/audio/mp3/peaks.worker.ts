import { parentPort } from 'node:worker_threads';
import { MPEGDecoder } from 'mpg123-decoder';
import { noteBuffers } from '../../memory/young-garbage.ts';
import { PeakMeter } from '../peak-meter.ts';
import type { PeaksAnswer, PeaksRequest } from './peaks-messages.ts';

// Runs in a thread of its own: the decoder may fail or never return on a damaged file, and its thread is then ended.
if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const decoder = new MPEGDecoder();
const meter = new PeakMeter();
await decoder.ready;

const decode = (frames: Uint8Array): void => {
  const { channelData, samplesDecoded } = decoder.decode(frames);
  for (let n = 0; n < samplesDecoded; n += 1) {
    let loudest = 0;
    for (const channel of channelData) loudest = Math.max(loudest, Math.abs(channel[n] ?? 0));
    meter.add(loudest);
  }
  // Each channel is held once by the decoder and once joined, four bytes a sample.
  noteBuffers(frames.length + samplesDecoded * channelData.length * 8);
};

port.on('message', (request: PeaksRequest) => {
  if (request.frames !== null) decode(request.frames);
  const answer: PeaksAnswer = { peaks: request.frames === null ? meter.peaks() : null };
  port.postMessage(answer);
});
