import { unavailable } from '@aftertone/kernel';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordOptions {
  /** Hashes at a time; each takes a thread and 19 MiB. */
  parallel: number;
  /** Log-ins that may wait for their turn; further ones are refused. */
  waiting: number;
}

/** Argon2id with bounded work, so that a storm of log-ins neither fills the memory nor starves other requests. */
export class Passwords {
  private readonly options: PasswordOptions;
  private running = 0;
  private readonly queue: (() => void)[] = [];
  /** Verified against when the user is unknown, so that both answers take the same time. */
  private readonly nobody: Promise<string>;

  constructor(options: PasswordOptions) {
    this.options = options;
    this.nobody = hash('nobody has this password', cost);
  }

  /** PHC string. Throws `service-unavailable` when too many wait. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, cost));
  }

  /** False without a stored hash, after the same work. Throws `service-unavailable` when too many wait. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const expected = stored ?? (await this.nobody);
    const matches = await this.inTurn(() => verify(expected, password));
    return matches && stored !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.passOn();
    }
  }

  private passOn(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.running -= 1;
  }

  private async turn(): Promise<void> {
    if (this.running < this.options.parallel) {
      this.running += 1;
      return;
    }
    if (this.queue.length >= this.options.waiting) {
      throw unavailable('service-unavailable', 'Too many log-ins at once; try again in a moment');
    }
    await new Promise<void>((resolve) => this.queue.push(resolve));
  }
}
