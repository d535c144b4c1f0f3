import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { SendOutcome } from '../sending/channel.ts';
import { WebhookHealth } from './health.ts';
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
/** The success of a webhook that does well is written down this often. */
const successEveryMs = 1_000;
/** Webhooks that are remembered at most. */
const most = 20_000;

/** Keeps how webhooks do, and pauses those that have failed for too long or say that they are gone. */
export class Outcomes {
  private readonly parts: OutcomesParts;
  private readonly health: WebhookHealth;
  /** When a success was written down last; none while it fails. */
  private readonly successes = new Map<string, number>();

  constructor(parts: OutcomesParts) {
    this.parts = parts;
    this.health = new WebhookHealth(parts.store.pool);
  }

  /** Never throws: what was sent was sent, whatever becomes of this. */
  async record(owner: WebhookOwner, outcome: SendOutcome, correlationId: string): Promise<void> {
    try {
      if (outcome.outcome === 'delivered') await this.succeeded(owner, outcome);
      else await this.failed(owner, outcome, correlationId);
    } catch (error) {
      this.parts.logger.warn({ err: error, webhookId: owner.id }, 'how a webhook does could not be kept');
    }
  }

  private async succeeded(owner: WebhookOwner, { status = null }: SendOutcome): Promise<void> {
    const now = this.parts.clock();
    const written = this.successes.get(owner.id) ?? 0;
    if (now.getTime() - written < successEveryMs) return;
    if (this.successes.size >= most) this.successes.clear();
    this.successes.set(owner.id, now.getTime());
    await this.health.succeeded(owner, status, now);
  }

  private async failed(
    owner: WebhookOwner,
    { status = null, detail }: SendOutcome,
    correlationId: string,
  ): Promise<void> {
    const now = this.parts.clock();
    this.successes.delete(owner.id);
    const { since, failures } = await this.health.failed(owner, status, now);
    const failing = { failures, since: since.toISOString(), detail };
    const tooLong = failures >= fewestFailures && now.getTime() - since.getTime() >= this.parts.pauseAfterMs;
    if (status === goneStatus || tooLong) await this.pause(owner, failing, correlationId);
  }

  private async pause({ tenantId, id }: WebhookOwner, data: Pause, correlationId: string): Promise<void> {
    const { store, clock } = this.parts;
    const command = { type: 'PauseWebhook', data, meta: { now: clock().toISOString() } } as const;
    const meta = { actor: { kind: 'service', id: 'notify-svc' }, correlationId } as const;
    await store.handle(webhookAggregate, { tenantId, id, command, meta });
  }
}
