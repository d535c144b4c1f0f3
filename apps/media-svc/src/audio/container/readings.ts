import { DomainError } from '@aftertone/kernel';
import type { BlobContent } from '../../blobs/blob-store.ts';
import { AskedThread, workerFile } from '../asked-thread.ts';
import type { AudioFacts, AudioLimits } from '../audio-facts.ts';
import { AudioTurns } from '../audio-turns.ts';
import { audioBusy, audioDamaged } from '../refusals.ts';
import type { ContainerType } from './container-type.ts';
import type { ReadingAnswer, ReadingOrder, ReadingRequest } from './reading-messages.ts';

/** For a decoder that never returns, and for a machine that is busy: what is read at all takes a fraction of it. */
const patienceMs = 60_000;

/** What one file may cost, whatever else the machine does: more than two hours of what phones record. */
const maxComputingSeconds = 15;

/**
 * For a turn: the sender is told meanwhile that work goes on. A file costs a thread and its decoders, a tenth of a second and
 * more on a busy machine, and twenty calls may end at once.
 */
const waitMs = 30_000;

/** So large are minutes of sound; what is larger may take seconds to read. */
const largeBytes = 4 * 1024 * 1024;

/** What JavaScript needs there; the file itself lies beside it, and `sound-files.wasm` may not grow beyond 128 MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

export interface ReadingsOptions {
  atOnce: number;
  /** So many more wait in line. */
  waiting: number;
  patienceMs?: number;
  waitMs?: number;
  largeBytes?: number;
  maxComputingSeconds?: number;
}

/** Who reads files in containers for us. */
export interface Reads {
  /** @throws DomainError of `refusals.ts`, `media-busy` among them */
  read(type: ContainerType, content: BlobContent, limits: AudioLimits): Promise<AudioFacts>;
}

/** Of somebody who does not leave. */
const stays = new AbortController().signal;

/** A fault of ours, or of a busy machine, is not the file's: whoever sent it may try again. */
const faultOf = ({ fault, tooSlow }: Pick<AskedThread<ReadingRequest, ReadingAnswer>, 'fault' | 'tooSlow'>): Error =>
  fault ?? (tooSlow ? audioBusy() : audioDamaged('its decoder gave up'));

/** Reads files in containers, so many at once: all of each is in memory meanwhile. */
export class Readings implements Reads {
  private readonly turns: AudioTurns;
  private readonly limits: Required<Omit<ReadingsOptions, 'atOnce' | 'waiting'>>;

  constructor({ atOnce, waiting, ...limits }: ReadingsOptions) {
    this.turns = new AudioTurns({ atOnce, waiting });
    this.limits = { patienceMs, waitMs, largeBytes, maxComputingSeconds, ...limits };
  }

  /** @param left of a sender who goes away: his place is free at once, and its reason is thrown */
  async read(
    type: ContainerType,
    content: BlobContent,
    { maxSeconds }: AudioLimits,
    left: AbortSignal = stays,
  ): Promise<AudioFacts> {
    const release = await this.turn(content.bytes, left);
    try {
      const { maxComputingSeconds } = this.limits;
      return await this.readNow({ type, bytes: content.bytes, maxSeconds, maxComputingSeconds }, content, left);
    } finally {
      release();
    }
  }

  private turn(bytes: number, left: AbortSignal): Promise<() => void> {
    const { waitMs, largeBytes } = this.limits;
    return this.turns.take({ isLong: bytes > largeBytes, waitMs }, left);
  }

  private async readNow(order: ReadingOrder, content: BlobContent, left: AbortSignal): Promise<AudioFacts> {
    left.throwIfAborted();
    const thread = new AskedThread<ReadingRequest, ReadingAnswer>(workerFile('reading', import.meta.url), {
      resourceLimits,
      patienceMs: this.limits.patienceMs,
      data: order,
    });
    const end = (): void => void thread.close();
    left.addEventListener('abort', end, { once: true });
    const ask = async (chunk: Buffer | null): Promise<AudioFacts | null> => {
      // A copy of its own: a view would take all of the memory behind it along.
      const answer = await thread.ask({ chunk: chunk && new Uint8Array(chunk) });
      left.throwIfAborted();
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
      left.removeEventListener('abort', end);
      await thread.close();
    }
  }
}
