export interface WakeOptions {
  /** First pause after there was something to do, in milliseconds. */
  pollMs: number;
  /** Longest pause after long idling. */
  idlePollMs: number;
}

/**
 * The pauses of a reader that has reached the end of the log. Appends of this process end a pause at once; those of
 * other replicas are found by looking again, ever less often while nothing comes.
 */
export class Wake {
  readonly #options: WakeOptions;
  readonly #unsubscribe: () => void;
  #pending = false;
  #pauseMs: number;
  #end: (() => void) | null = null;

  constructor(options: WakeOptions, onAppended: (listener: () => void) => () => void) {
    this.#options = options;
    this.#pauseMs = options.pollMs;
    this.#unsubscribe = onAppended(() => {
      this.#pending = true;
      this.#end?.();
    });
  }

  /** There was something to do: look again soon. */
  busy(): void {
    this.#pauseMs = this.#options.pollMs;
  }

  async idle(signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#pauseMs);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.#end, { once: true });
      });
      if (this.#end !== null) signal.removeEventListener('abort', this.#end);
      this.#end = null;
    }
    this.#pending = false;
    this.#pauseMs = Math.min(this.#pauseMs * 1.5, this.#options.idlePollMs);
  }

  close(): void {
    this.#unsubscribe();
  }
}
