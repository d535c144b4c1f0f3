import { addAbortSignal, Readable } from 'node:stream';
import { unavailable } from '@aftertone/kernel';
import { Turns } from '@aftertone/platform';
import { conversionsUnderWay, conversionsWaiting } from '../../metrics.ts';
import { audioBusy } from '../refusals.ts';
import type { ConversionOrder } from './conversion-messages.ts';
import { convert } from './convert.ts';
import type { Mp3Rates } from './target.ts';

export interface ConversionsOptions {
  atOnce: number;
  /** So many more wait in line. */
  waiting: number;
  /** For one conversion, from its turn until its listener has all of it. */
  timeoutMs: number;
  rates: Mp3Rates;
}

/** Converts recordings, so many at once. */
export class Conversions {
  readonly rates: Mp3Rates;
  private readonly turns: Turns;
  private readonly timeoutMs: number;

  constructor({ rates, timeoutMs, ...limits }: ConversionsOptions) {
    this.rates = rates;
    this.timeoutMs = timeoutMs;
    this.turns = new Turns({
      ...limits,
      full: audioBusy,
      gauges: { working: conversionsUnderWay, waiting: conversionsWaiting },
    });
  }

  /**
   * Resolves when the first piece is converted, so that most of what is wrong with a file is known before an answer has
   * begun. The stream has exactly the target's bytes or fails.
   *
   * @param open the stored file.
   * @param left of a listener who goes away.
   * @throws DomainError `media-busy`, `conversion-timeout`, `audio-unreadable`, or of `open`.
   */
  async begin(open: () => Promise<Readable>, order: ConversionOrder, left: AbortSignal): Promise<Readable> {
    const release = await this.turns.take(() => left);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooSlow(this.timeoutMs)), this.timeoutMs);
    const over = (): void => {
      clearTimeout(timer);
      release();
    };
    const signal = AbortSignal.any([left, limit.signal]);
    try {
      const pieces = convert(await open(), order, signal);
      const first = await pieces.next();
      const stream = Readable.from(following(first, pieces), { objectMode: false });
      stream.once('close', () => {
        over();
        // Also where nobody has begun to read: then nothing else would end the conversion.
        void pieces.return(undefined);
      });
      return addAbortSignal(signal, stream);
    } catch (error) {
      over();
      throw error;
    }
  }
}

async function* following(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

const tooSlow = (ms: number) =>
  unavailable('conversion-timeout', `The conversion was not finished after ${ms / 1000} seconds.`);
