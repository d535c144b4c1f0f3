import { unavailable } from '@aftertone/kernel';

/** A place among the streams of this process. */
export interface Seat {
  leave(): void;
}

/** Bounds how many clients follow events in this process, over whatever carries them. */
export class OpenStreams {
  private readonly most: number;
  private count = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Throws `service-unavailable` when all places are taken. */
  take(): Seat {
    if (this.count >= this.most) throw unavailable('service-unavailable', 'Too many event streams are open here');
    this.count += 1;
    let taken = true;
    return {
      leave: () => {
        if (taken) this.count -= 1;
        taken = false;
      },
    };
  }
}
