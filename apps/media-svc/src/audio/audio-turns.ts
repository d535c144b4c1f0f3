import { Turns, type TurnsOptions } from '@aftertone/platform';
import { audioBusy } from './refusals.ts';

export type AudioTurnsOptions = Omit<TurnsOptions, 'full'>;

/** What somebody wants a turn for. */
export interface AudioWork {
  isLong: boolean;
  /** How long it waits for its turn at most. */
  waitMs: number;
}

const waitedTooLong = (ms: number, left: AbortSignal): AbortSignal => {
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(audioBusy()), ms).unref();
  return AbortSignal.any([leaving.signal, left]);
};

/**
 * Lets so many recordings be worked on at once, so many more wait, and nobody for long. Of long work there is always one
 * less, where there is more than one: nobody with a minute of sound waits for hours of it.
 */
export class AudioTurns {
  private readonly turns: Turns;
  private readonly longTurns: Turns;

  constructor({ atOnce, waiting, gauges = {} }: AudioTurnsOptions) {
    const { working: _counted, ...line } = gauges;
    this.turns = new Turns({ atOnce, waiting, full: audioBusy, gauges });
    this.longTurns = new Turns({ atOnce: Math.max(1, atOnce - 1), waiting, full: audioBusy, gauges: line });
  }

  /**
   * Whoever gets a turn calls the returned function when it is over.
   * @param left of one who goes away: its reason is thrown
   * @throws DomainError `media-busy`
   */
  async take({ isLong, waitMs }: AudioWork, left: AbortSignal): Promise<() => void> {
    let patience: AbortSignal | undefined;
    const leave = (): AbortSignal => {
      patience ??= waitedTooLong(waitMs, left);
      return patience;
    };
    if (!isLong) return this.turns.take(leave);
    const releaseLong = await this.longTurns.take(leave);
    try {
      const release = await this.turns.take(leave);
      return () => {
        release();
        releaseLong();
      };
    } catch (error) {
      releaseLong();
      throw error;
    }
  }
}
