import { rejected } from '@aftertone/kernel';
import { retryAfterDetail } from '../../access/refusals.ts';

/** When a refused user may try again: uploads end after seconds as a rule. */
const retryAfterSeconds = 1;

/** Counts the uploads of each user in this process, so that nobody takes all the room that media-svc has. */
export class UploadShares {
  private readonly running = new Map<string, number>();
  private readonly perUser: number;

  constructor(perUser: number) {
    this.perUser = perUser;
  }

  /** Runs `upload`, or throws `too-many-uploads` when as many of this user run already as one may have. */
  async within<T>(userId: string, upload: () => Promise<T>): Promise<T> {
    const before = this.running.get(userId) ?? 0;
    if (before >= this.perUser) {
      const details = { [retryAfterDetail]: retryAfterSeconds };
      throw rejected('too-many-uploads', `One user may send ${this.perUser} uploads at a time`, details);
    }
    this.running.set(userId, before + 1);
    try {
      return await upload();
    } finally {
      const left = (this.running.get(userId) ?? 1) - 1;
      if (left === 0) this.running.delete(userId);
      else this.running.set(userId, left);
    }
  }
}
