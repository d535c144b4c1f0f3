import { parentPort } from 'node:worker_threads';
import { MPEGDecoder } from 'mpg123-decoder';
import { noteBuffers } from '../../memory/young-garbage.ts';
import { SoundMeter } from '../meter/sound-meter.ts';
import type { MeterAnswer, MeterRequest } from './meter-messages.ts';

// Runs in a thread of its own: the decoder may fail or never return on a damaged file, and its thread is then ended.
if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const decoder = new MPEGDecoder();
let meter: SoundMeter | undefined;
await decoder.ready;

const decode = (frames: Uint8Array): void => {
  const { channelData, samplesDecoded, sampleRate } = decoder.decode(frames);
  if (samplesDecoded > 0) {
    meter ??= new SoundMeter(sampleRate);
    meter.addSound(channelData, samplesDecoded);
  }
  // Each channel is held once by the decoder and once joined, four bytes a sample.
  noteBuffers(frames.length + samplesDecoded * channelData.length * 8);
};

port.on('message', (request: MeterRequest) => {
  if (request.frames !== null) decode(request.frames);
  const answer: MeterAnswer = { measured: request.frames === null ? (meter?.measured() ?? null) : null };
  port.postMessage(answer);
});
