import { addAbortSignal, Readable } from 'node:stream';
import { unavailable } from '@aftertone/kernel';
import { Turns } from '@aftertone/platform';
import { conversionsUnderWay, conversionsWaiting } from '../../metrics.ts';
import type { Quality } from '../meter/level-meter.ts';
import { audioBusy } from '../refusals.ts';
import type { ConversionOrder } from './conversion-messages.ts';
import { convert, measure } from './convert.ts';
import { gainFor } from './leveller.ts';
import type { Making, Mp3Rates } from './target.ts';

export interface ConversionsOptions {
  atOnce: number;
  /** So many more wait in line. */
  waiting: number;
  /** For one conversion, from its turn until its listener has all of it. */
  timeoutMs: number;
  rates: Mp3Rates;
  loudness: {
    /** Of what is made equally loud. */
    lufs: number;
    /** Where nobody says whether it is to be. */
    usual: boolean;
  };
}

/** Converts recordings, so many at once. */
export class Conversions {
  private readonly options: Pick<ConversionsOptions, 'rates' | 'loudness'>;
  private readonly turns: Turns;
  private readonly timeoutMs: number;

  constructor({ rates, loudness, timeoutMs, ...limits }: ConversionsOptions) {
    this.options = { rates, loudness };
    this.timeoutMs = timeoutMs;
    this.turns = new Turns({
      ...limits,
      full: audioBusy,
      gauges: { working: conversionsUnderWay, waiting: conversionsWaiting },
    });
  }

  /** @param normalized whether it is to be as loud as all others; noise without speech stays as it is */
  making({ quality }: { quality: Quality | null }, normalized = this.options.loudness.usual): Making {
    const { rates, loudness } = this.options;
    return { ...rates, lufs: normalized && quality?.speech !== false ? loudness.lufs : null };
  }

  /**
   * Resolves when the first piece is converted, so that most of what is wrong with a file is known before an answer has
   * begun. Where the target is to be of some loudness, all of the file has been heard once by then. The stream has exactly
   * the target's bytes or fails.
   *
   * @param open the stored file, once or twice.
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
      const { lufs } = order.target;
      const gainDb = lufs === null ? 0 : gainFor(await measure(await open(), order, signal), lufs);
      const pieces = convert(await open(), order, signal, gainDb);
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
