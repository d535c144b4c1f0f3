import { unavailable } from '@aftertone/kernel';
import { uploadsUnderWay } from '../metrics.ts';

/** How long a refused sender is asked to wait. */
export const retryAfterSeconds = 1;

/** Lets a limited number of uploads run at once; others are refused at once and not queued, since they hold a body. */
export class UploadSlots {
  private readonly limit: number;
  private taken = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @throws DomainError `media-busy` when every slot is taken. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.limit) {
      throw unavailable('media-busy', 'Too many recordings are being uploaded now.', { retryAfterSeconds });
    }
    this.taken += 1;
    uploadsUnderWay.inc();
    try {
      return await work();
    } finally {
      this.taken -= 1;
      uploadsUnderWay.dec();
    }
  }
}
