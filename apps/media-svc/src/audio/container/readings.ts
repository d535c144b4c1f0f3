import { DomainError } from '@aftertone/kernel';
import { Turns } from '@aftertone/platform';
import type { BlobContent } from '../../blobs/blob-store.ts';
import { AskedThread, workerFile } from '../asked-thread.ts';
import type { AudioFacts, AudioLimits } from '../audio-facts.ts';
import { audioBusy, audioDamaged } from '../refusals.ts';
import type { ContainerType } from './container-type.ts';
import type { ReadingAnswer, ReadingOrder, ReadingRequest } from './reading-messages.ts';

/** Ten minutes of sound are decoded in a second: this is for a decoder that never returns, and for a machine that is busy. */
const patienceMs = 6_000;

/** For a turn. With the patience it is less than the ten seconds that a gateway waits for an answer to what it has sent. */
const waitMs = 2_500;

/** What JavaScript needs there; the file itself lies beside it, and `sound-files.wasm` may not grow beyond 128 MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

export interface ReadingsOptions {
  atOnce: number;
  /** So many more wait in line. */
  waiting: number;
  patienceMs?: number;
  waitMs?: number;
}

const waitedTooLong = (ms: number): AbortSignal => {
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(audioBusy()), ms).unref();
  return leaving.signal;
};

/** A fault of ours, or of a busy machine, is not the file's: whoever sent it may try again. */
const faultOf = ({ fault, tooSlow }: Pick<AskedThread<ReadingRequest, ReadingAnswer>, 'fault' | 'tooSlow'>): Error =>
  fault ?? (tooSlow ? audioBusy() : audioDamaged('its decoder gave up'));

/** Reads files in containers, so many at once: all of each is in memory meanwhile. */
export class Readings {
  private readonly turns: Turns;
  private readonly patienceMs: number;
  private readonly waitMs: number;

  constructor(options: ReadingsOptions) {
    this.turns = new Turns({ ...options, full: audioBusy });
    this.patienceMs = options.patienceMs ?? patienceMs;
    this.waitMs = options.waitMs ?? waitMs;
  }

  /** @throws DomainError of `refusals.ts`, `media-busy` among them */
  async read(type: ContainerType, content: BlobContent, { maxSeconds }: AudioLimits): Promise<AudioFacts> {
    const release = await this.turns.take(() => waitedTooLong(this.waitMs));
    const order: ReadingOrder = { type, bytes: content.bytes, maxSeconds };
    const thread = new AskedThread<ReadingRequest, ReadingAnswer>(workerFile('reading', import.meta.url), {
      resourceLimits,
      patienceMs: this.patienceMs,
      data: order,
    });
    const ask = async (chunk: Buffer | null): Promise<AudioFacts | null> => {
      // A copy of its own: a view would take all of the memory behind it along.
      const answer = await thread.ask({ chunk: chunk && new Uint8Array(chunk) });
      if (answer === null) throw faultOf(thread);
      if ('facts' in answer) return answer.facts;
      const { kind, code, message, details } = answer.refusal;
      throw new DomainError(kind, code, message, details);
    };
    try {
      for await (const chunk of content.read()) await ask(chunk);
      const facts = await ask(null);
      if (facts === null) throw new Error('a file was read to its end without an answer');
      return facts;
    } finally {
      await thread.close();
      release();
    }
  }
}
