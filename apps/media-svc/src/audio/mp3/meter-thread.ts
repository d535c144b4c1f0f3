import { noteBuffers } from '../../memory/young-garbage.ts';
import { AskedThread, workerFile } from '../asked-thread.ts';
import type { Measured } from '../meter/sound-meter.ts';
import type { MeterAnswer, MeterRequest } from './meter-messages.ts';

/** A block is decoded in milliseconds, and a thread starts in tenths of a second: this is for one that never returns. */
const patienceMs = 30_000;

/** Ten times what a decoder needs: a file that makes it grow ends its thread and not the service. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Decodes MP3 frames in a thread of its own and measures their sound. When decoding fails nothing is known of it. */
export class MeterThread {
  private readonly thread = new AskedThread<MeterRequest, MeterAnswer>(workerFile('meter', import.meta.url), {
    resourceLimits,
    patienceMs,
  });

  /** Resolves when the frames are decoded. Never rejects. */
  async decode(frames: Buffer): Promise<void> {
    await this.thread.ask({ frames });
    // Joined for the thread and copied on the way to it: both copies are used up.
    noteBuffers(frames.length * 2);
  }

  /** Of everything that was decoded; null when decoding failed. */
  async measured(): Promise<Measured | null> {
    return (await this.thread.ask({ frames: null }))?.measured ?? null;
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}
