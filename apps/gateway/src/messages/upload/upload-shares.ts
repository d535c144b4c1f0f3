import type { Readable } from 'node:stream';
import { rejected } from '@aftertone/kernel';
import { Turns } from '@aftertone/platform';
import { retryAfterDetail } from '../../access/refusals.ts';
import { cutOff } from './receive.ts';

/** When a refused user may try again: uploads end after seconds as a rule. */
const retryAfterSeconds = 1;

export interface ShareLimits {
  /** Uploads of one user at a time. */
  perUser: number;
  /** So many more of one user wait for one of those to end; nothing of their bodies is read meanwhile. */
  waiting: number;
  /** Longest wait, milliseconds. */
  waitMs: number;
}

/**
 * Counts the uploads of each user in this process, so that nobody takes all the room that media-svc has. A telephone
 * system whose calls all end at once waits its turn rather than being sent away: a caller who hung up cannot try again.
 */
export class UploadShares {
  private readonly users = new Map<string, Turns>();
  private readonly limits: ShareLimits;

  constructor(limits: ShareLimits) {
    this.limits = limits;
  }

  /**
   * Runs `work` when it is this upload's turn.
   * @throws DomainError `too-many-uploads` when too many of this user wait, or this one did so for too long;
   * `upload-cut-off` when its sender went away meanwhile.
   */
  async within<T>(userId: string, upload: Pick<Readable, 'once' | 'resume'>, work: () => Promise<T>): Promise<T> {
    const turns = this.users.get(userId) ?? this.open(userId);
    const over = await turns
      .take(() => this.patienceOf(upload))
      .catch((error: unknown) => {
        // Thrown away, so that the sender can read the answer: a connection that is closed on unread bytes is reset.
        upload.resume();
        throw error;
      });
    try {
      return await work();
    } finally {
      over();
      if (turns.idle) this.users.delete(userId);
    }
  }

  private open(userId: string): Turns {
    const { perUser, waiting } = this.limits;
    const turns = new Turns({ atOnce: perUser, waiting, full: () => this.tooMany() });
    this.users.set(userId, turns);
    return turns;
  }

  private patienceOf(upload: Pick<Readable, 'once'>): AbortSignal {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(this.tooMany()), this.limits.waitMs);
    upload.once('close', () => {
      clearTimeout(timer);
      patience.abort(cutOff());
    });
    return patience.signal;
  }

  private tooMany(): Error {
    const details = { [retryAfterDetail]: retryAfterSeconds };
    return rejected('too-many-uploads', `One user may send ${this.limits.perUser} uploads at a time`, details);
  }
}
