import type { Readable } from 'node:stream';
import { unavailable } from '@aftertone/kernel';
import { conversionsUnderWay, conversionsWaiting } from '../../metrics.ts';
import { AudioTurns } from '../audio-turns.ts';
import type { Quality } from '../meter/level-meter.ts';
import type { ConversionOrder } from './conversion-messages.ts';
import { convert, measure } from './convert.ts';
import { gainFor } from './leveller.ts';
import type { Making, Mp3Rates } from './target.ts';

export interface ConversionsOptions {
  atOnce: number;
  /** So many more wait in line. */
  waiting: number;
  /** How long a turn is waited for. */
  waitMs?: number;
  /** For one conversion, from its turn on. */
  timeoutMs: number;
  rates: Mp3Rates;
  loudness: {
    /** Of what is made equally loud. */
    lufs: number;
    /** Where nobody says whether it is to be. */
    usual: boolean;
  };
}

/** With the time that somebody takes who finds out that it is refused and asks once more, far below the ten seconds of a gateway. */
const usualWaitMs = 2_500;

/** So much takes seconds to convert. */
const longSeconds = 600;

/** Converts recordings, so many at once. */
export class Conversions {
  private readonly options: Pick<ConversionsOptions, 'rates' | 'loudness'>;
  private readonly turns: AudioTurns;
  private readonly waitMs: number;
  private readonly timeoutMs: number;

  constructor({ rates, loudness, timeoutMs, waitMs = usualWaitMs, ...limits }: ConversionsOptions) {
    this.options = { rates, loudness };
    this.timeoutMs = timeoutMs;
    this.waitMs = waitMs;
    this.turns = new AudioTurns({
      ...limits,
      gauges: { working: conversionsUnderWay, waiting: conversionsWaiting },
    });
  }

  /** @param normalized whether it is to be as loud as all others; noise without speech stays as it is */
  making({ quality }: { quality: Quality | null }, normalized = this.options.loudness.usual): Making {
    const { rates, loudness } = this.options;
    return { ...rates, lufs: normalized && quality?.speech !== false ? loudness.lufs : null };
  }

  /**
   * Waits for a turn, a few seconds at most: whoever waits is told to come again before anybody takes us for dead.
   * Whoever gets one calls the returned function when it is over.
   * @param left aborted when nobody wants it any more; its reason is thrown
   * @throws DomainError `media-busy`
   */
  take({ target }: ConversionOrder, left: AbortSignal): Promise<() => void> {
    const isLong = target.samples > longSeconds * target.sampleRate;
    return this.turns.take({ isLong, waitMs: this.waitMs }, left);
  }

  /**
   * The target's bytes, all of them or it fails, as fast as they are taken. Where it is to be of some loudness, all of the
   * file has been heard once before the first of them.
   *
   * @param open the stored file, once or twice
   * @param signal ends it; its reason is thrown
   * @throws DomainError `conversion-timeout`, `audio-unreadable`, or of `open`
   */
  async *convert(open: () => Promise<Readable>, order: ConversionOrder, signal: AbortSignal): AsyncGenerator<Buffer> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooSlow(this.timeoutMs)), this.timeoutMs);
    const either = AbortSignal.any([signal, limit.signal]);
    try {
      const { lufs } = order.target;
      const gainDb = lufs === null ? 0 : gainFor(await measure(await open(), order, either), lufs);
      yield* convert(await open(), order, either, gainDb);
    } finally {
      clearTimeout(timer);
    }
  }
}

const tooSlow = (ms: number) =>
  unavailable('conversion-timeout', `The conversion was not finished after ${ms / 1000} seconds.`);
