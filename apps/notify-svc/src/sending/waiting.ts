import type { Share } from './work-list.ts';

const covers = ({ only, without }: Share, endpoint: string): boolean =>
  only === null ? !without.includes(endpoint) : only.includes(endpoint);

/** One look at what waits. */
export interface Look {
  /** All that was due of this share has been taken. */
  found(share: Share): void;
}

/** The endpoints that something of this process waits for, so that nothing planned later is sent there before it. */
export class Waiting {
  private endpoints = new Set<string>();
  /** Added before the last look; what that has not found still waits. */
  private readonly looked = new Set<string>();
  /** Nobody has looked yet: what the process before has left may wait anywhere. */
  private isUnknown = true;

  add(endpoints: readonly string[]): void {
    for (const endpoint of endpoints) this.endpoints.add(endpoint);
  }

  at(endpoint: string): boolean {
    return this.isUnknown || this.endpoints.has(endpoint) || this.looked.has(endpoint);
  }

  /** Before looking: what is added from now on is not found by it. One at a time. */
  look(): Look {
    for (const endpoint of this.endpoints) this.looked.add(endpoint);
    this.endpoints = new Set();
    return {
      found: (share) => {
        for (const endpoint of this.looked) if (covers(share, endpoint)) this.looked.delete(endpoint);
        if (share.only === null) this.isUnknown = false;
      },
    };
  }
}
