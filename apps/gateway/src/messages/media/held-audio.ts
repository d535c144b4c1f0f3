import type { Readable } from 'node:stream';

/** Bytes that short recordings may take up in this process, all together. */
const mostHeld = 64 * 1_048_576;

/**
 * Room for recordings that are held in memory as a whole: those of up to `mostEach` bytes, as long as there is room. The
 * others pass through.
 */
export class HeldAudio {
  private readonly mostEach: number;
  private held = 0;

  constructor(mostEach = 524_288) {
    this.mostEach = mostEach;
  }

  /**
   * Gives the whole audio to `work`; undefined where it is not to be held.
   *
   * @param audio at most `size` bytes
   * @param signal ends the waiting for audio that does not end
   */
  within<T>(
    { audio, size, signal }: { audio: Readable; size: number | undefined; signal: AbortSignal },
    work: (whole: readonly Buffer[]) => Promise<T>,
  ): Promise<T> | undefined {
    if (size === undefined || size > this.mostEach || this.held + size > mostHeld) return undefined;
    this.held += size;
    return wholeOf(audio, signal)
      .then(work)
      .finally(() => {
        this.held -= size;
      });
  }
}

const wholeOf = (audio: Readable, signal: AbortSignal): Promise<readonly Buffer[]> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    audio.on('data', (chunk: Buffer) => chunks.push(chunk));
    audio.once('end', () => resolve(chunks));
    audio.once('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
