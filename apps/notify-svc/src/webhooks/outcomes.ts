import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { SendOutcome } from '../sending/channel.ts';
import { type Failing, type Seen, WebhookHealth } from './health.ts';
import { webhookAggregate } from './webhook.aggregate.ts';
import type { Pause } from './webhook.ts';
import type { WebhookOwner } from './webhook-secrets.ts';

export interface OutcomesParts {
  store: EventStore;
  clock: Clock;
  logger: Logger;
  /** After failing for so long it is paused. */
  pauseAfterMs: number;
}

/** So few failures say little, however long ago the first one was. */
const fewestFailures = 20;
/** HTTP's word for "never send this again". */
const goneStatus = 410;
/** What has been seen of all webhooks is written down together, so that many that fail cost no more than one. */
const writeEveryMs = 250;

interface Last {
  detail: string;
  correlationId: string;
}

/** Keeps how webhooks do, and pauses those that have failed for too long or say that they are gone. */
export class Outcomes {
  private readonly parts: OutcomesParts;
  private readonly health: WebhookHealth;
  private seen = new Map<string, Seen & Last>();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  constructor(parts: OutcomesParts) {
    this.parts = parts;
    this.health = new WebhookHealth(parts.store.pool);
    this.timer = setInterval(() => this.write(), writeEveryMs).unref();
  }

  record(owner: WebhookOwner, { outcome, status = null, detail }: SendOutcome, correlationId: string): void {
    const now = this.parts.clock();
    const before = this.seen.get(owner.id) ?? { successAt: null, failures: 0, failingSince: null, status: null };
    const failed = outcome !== 'delivered';
    this.seen.set(owner.id, {
      ...owner,
      ...(failed
        ? { ...before, failures: before.failures + 1, failingSince: before.failingSince ?? now }
        : { successAt: now, failures: 0, failingSince: null }),
      status: status ?? before.status,
      ...{ detail, correlationId },
    });
    if (status === goneStatus) this.write();
  }

  /** Writes down what has been seen last. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.write();
    await this.writing;
  }

  /** One after the other; what cannot be written is lost, which only makes a pause come later. */
  private write(): void {
    if (this.seen.size === 0) return;
    const seen = this.seen;
    this.seen = new Map();
    this.writing = this.writing
      .then(() => this.writeDown(seen))
      .catch((error: unknown) => this.parts.logger.warn({ err: error }, 'how webhooks do could not be kept'));
  }

  private async writeDown(seen: ReadonlyMap<string, Seen & Last>): Promise<void> {
    const failing = await this.health.record([...seen.values()]);
    await Promise.all(
      failing.map(async (one) => {
        const last = seen.get(one.id);
        if (last !== undefined && this.mustPause(one, last)) await this.pause(one, last);
      }),
    );
  }

  private mustPause({ failures, since }: Failing, { status }: Seen): boolean {
    const tooLong = this.parts.clock().getTime() - since.getTime() >= this.parts.pauseAfterMs;
    return status === goneStatus || (failures >= fewestFailures && tooLong);
  }

  private async pause({ tenantId, id, failures, since }: Failing, { detail, correlationId }: Last): Promise<void> {
    const { store, clock } = this.parts;
    const data: Pause = { failures, since: since.toISOString(), detail };
    const command = { type: 'PauseWebhook', data, meta: { now: clock().toISOString() } } as const;
    const meta = { actor: { kind: 'service', id: 'notify-svc' }, correlationId } as const;
    await store.handle(webhookAggregate, { tenantId, id, command, meta });
  }
}
