import { DomainError } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import { audioBusy, busySeconds } from '../audio/refusals.ts';
import { conversionsUnreadable } from '../metrics.ts';
import { Rendering, type RenderingOrder, type RenderingParts } from './rendering.ts';

export type RenderingsOptions = Omit<RenderingParts, 'ending'> & { log: Pick<Log, 'warn'> };

/** What is converted in this process: the same for all who want the same at a time. */
export class Renderings {
  private readonly options: RenderingsOptions;
  private readonly byName = new Map<string, Rendering>();
  private readonly running = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  constructor(options: RenderingsOptions) {
    this.options = options;
  }

  /** Whether it is being made, or could not be made just now. */
  has(name: string): boolean {
    return this.byName.get(name)?.canBeJoined === true;
  }

  /** What is being made under this name; begun now when nobody has asked for it. Who joins has to leave. */
  join(name: string, order: RenderingOrder): Rendering {
    const there = this.has(name) ? this.byName.get(name) : undefined;
    const rendering = there ?? new Rendering(order, { ...this.options, ending: this.ending.signal });
    rendering.join();
    if (there === undefined) this.begin(name, rendering, order);
    return rendering;
  }

  /** Gives up what is not made yet. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.ending.abort(audioBusy());
    await Promise.all(this.running);
  }

  private begin(name: string, rendering: Rendering, { mediaId }: RenderingOrder): void {
    this.byName.set(name, rendering);
    const forget = (): void => {
      if (this.byName.get(name) === rendering) this.byName.delete(name);
    };
    const failed = (error: unknown): void => {
      if (!rendering.hasBegun || this.ending.signal.aborted) {
        forget();
        return;
      }
      // Whoever asks again is told at once, in place of another answer that breaks off.
      setTimeout(forget, busySeconds * 1000).unref();
      if (error instanceof DomainError && error.code === 'audio-unreadable') conversionsUnreadable.inc();
      this.options.log.warn({ err: error, mediaId }, 'a recording was not converted');
    };
    const run = rendering
      .run()
      .then(forget, failed)
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }
}
