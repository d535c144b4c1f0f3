import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { noteBuffers } from '../../memory/young-garbage.ts';
import type { PeaksAnswer, PeaksRequest } from './peaks-messages.ts';

/** A block is decoded in milliseconds, and a thread starts in tenths of a second: this is for one that never returns. */
const patienceMs = 30_000;

/** Ten times what a decoder needs: a file that makes it grow ends its thread and not the service. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

// The built file ends in .js, the source that tests run in .ts.
const workerFile = new URL(`./peaks.worker${extname(import.meta.url)}`, import.meta.url);

/** Decodes MP3 frames in a thread of its own and measures their peaks. When decoding fails there are no peaks. */
export class PeaksThread {
  private readonly worker: Worker;
  private failed = false;

  constructor() {
    // The decoder writes its complaints about damaged frames to the console: they are no lines of our log.
    this.worker = new Worker(workerFile, { stdout: true, stderr: true, env: {}, resourceLimits });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('error', () => {
      this.failed = true;
    });
  }

  /** Resolves when the frames are decoded. Never rejects. */
  async decode(frames: Buffer): Promise<void> {
    await this.ask({ frames });
    // Joined for the thread and copied on the way to it: both copies are used up.
    noteBuffers(frames.length * 2);
  }

  /** Peaks of everything that was decoded; null when decoding failed. */
  async peaks(): Promise<Uint8Array | null> {
    return (await this.ask({ frames: null }))?.peaks ?? null;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private async ask(request: PeaksRequest): Promise<PeaksAnswer | null> {
    if (this.failed) return null;
    const { promise, resolve } = Promise.withResolvers<PeaksAnswer | null>();
    const giveUp = (): void => resolve(null);
    const timer = setTimeout(giveUp, patienceMs);
    this.worker.once('message', resolve);
    this.worker.once('exit', giveUp);
    this.worker.postMessage(request);
    const answer = await promise;
    clearTimeout(timer);
    this.worker.off('message', resolve);
    this.worker.off('exit', giveUp);
    this.failed ||= answer === null;
    return answer;
  }
}
