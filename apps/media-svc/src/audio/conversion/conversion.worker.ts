import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '@aftertone/kernel';
import { noteBuffers } from '../../memory/young-garbage.ts';
import type { ConversionAnswer, ConversionOrder, ConversionRequest } from './conversion-messages.ts';
import { openConverter } from './converter.ts';

// Runs in a thread of its own: it computes for seconds, and a decoder may fail or never return on a damaged file.
if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const { sound, target }: ConversionOrder = workerData;
const converter = await openConverter(sound, target);

const answer = ({ chunk }: ConversionRequest): ConversionAnswer => {
  try {
    const bytes = chunk === null ? converter.end() : converter.push(Buffer.from(chunk));
    return { bytes };
  } catch (error) {
    if (error instanceof DomainError) return { unreadable: error.message };
    throw error;
  }
};

port.on('message', (request: ConversionRequest) => {
  const answered = answer(request);
  // Decoded, resampled and encoded: each step has a copy of its own.
  if ('bytes' in answered) noteBuffers((request.chunk?.length ?? 0) * 4 + answered.bytes.length * 4);
  port.postMessage(answered);
});
