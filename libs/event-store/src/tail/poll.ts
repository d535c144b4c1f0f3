const firstMs = 25;
const longestMs = 250;

/** Calls again and again while somebody waits, ever less often while nothing comes. */
export class Poll {
  readonly #look: () => void;
  #pauseMs = firstMs;
  #timer: NodeJS.Timeout | null = null;

  constructor(look: () => void) {
    this.#look = look;
  }

  /** Something came: look again soon. */
  busy(): void {
    this.#pauseMs = firstMs;
  }

  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#pauseMs = Math.min(this.#pauseMs * 1.5, longestMs);
      this.#look();
    }, this.#pauseMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
