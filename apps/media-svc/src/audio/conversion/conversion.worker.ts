import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '@aftertone/kernel';
import { noteBuffers } from '../../memory/young-garbage.ts';
import type { ConversionAnswer, ConversionPass, ConversionRequest } from './conversion-messages.ts';
import { openConverter } from './converter.ts';

// Runs in a thread of its own: it computes for seconds, and a decoder may fail or never return on a damaged file.
if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const order: ConversionPass = workerData;
const converter = await openConverter(order);

const rest = converter.end();

const answer = async ({ chunk }: ConversionRequest): Promise<ConversionAnswer> => {
  try {
    if (chunk !== null) return { bytes: converter.push(Buffer.from(chunk)), done: false };
    const { done = false, value } = await rest.next();
    return { bytes: value ?? Buffer.alloc(0), done };
  } catch (error) {
    if (error instanceof DomainError) return { unreadable: error.message };
    throw error;
  }
};

const respond = async (request: ConversionRequest): Promise<void> => {
  const answered = await answer(request);
  // Decoded, resampled and encoded: each step has a copy of its own.
  if ('bytes' in answered) noteBuffers((request.chunk?.length ?? 0) * 4 + answered.bytes.length * 4);
  port.postMessage(answered);
};

// What is thrown there ends the thread, as it would here.
port.on('message', (request: ConversionRequest) => void respond(request));
