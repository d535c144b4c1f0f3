import type { HeldStream } from '@aftertone/event-store';
import type { Delivery } from './delivery.ts';

interface Kept {
  held: HeldStream<Delivery>;
  /** Of `performance.now()`. */
  until: number;
}

const most = 2_000;
/** What has not been taken for so long waits for something, or another replica has sent it. */
const keptMs = 30_000;

const keyOf = ({ tenantId, id }: { tenantId: string; id: string }): string => `${tenantId} ${id}`;

/** Deliveries that this process has planned and is about to send: they need not be read again. A few, and not for long. */
export class AtHand {
  private readonly kept = new Map<string, Kept>();

  keep(of: { tenantId: string; id: string }, held: HeldStream<Delivery>): void {
    const now = performance.now();
    for (const [key, { until }] of this.kept) {
      if (until > now && this.kept.size < most) break;
      this.kept.delete(key);
    }
    this.kept.set(keyOf(of), { held, until: now + keptMs });
  }

  take(of: { tenantId: string; id: string }): HeldStream<Delivery> | undefined {
    const key = keyOf(of);
    const found = this.kept.get(key);
    this.kept.delete(key);
    return found?.held;
  }
}
