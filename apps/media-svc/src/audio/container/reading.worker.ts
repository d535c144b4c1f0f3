import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '@aftertone/kernel';
import { readSoundFile } from './read-sound-file.ts';
import type { ReadingAnswer, ReadingOrder, ReadingRequest } from './reading-messages.ts';
import { SoundFile } from './sound-file.ts';

// Runs in a thread of its own: it computes for seconds, and a decoder may fail or never return on a damaged file.
if (parentPort === null) throw new Error('this is a worker thread');
const port = parentPort;
const { type, bytes, ...limits }: ReadingOrder = workerData;
const file = new SoundFile(type, bytes);

const answer = async ({ chunk }: ReadingRequest): Promise<ReadingAnswer> => {
  try {
    if (chunk === null) return { facts: await readSoundFile(file, type, limits) };
    file.write(chunk);
    return { facts: null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { kind, code, message, details } = error;
    return { refusal: { kind, code, message, details } };
  }
};

port.on('message', (request: ReadingRequest) => {
  // What is thrown there ends the thread, as it would here.
  void answer(request).then((answered) => port.postMessage(answered));
});
