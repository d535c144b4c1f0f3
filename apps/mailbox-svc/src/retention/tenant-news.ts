import { setTimeout as delay } from 'node:timers/promises';
import { eventStreamName } from '@aftertone/contracts';
import { unavailable } from '@aftertone/kernel';
import type { Bus } from '@aftertone/messaging';
import { jetstreamManager } from '@nats-io/jetstream';
import { tenantRulesDurable } from './tenant-rules.consumer.ts';

const askMs = 2_000;
const pollMs = 100;

export interface TenantNewsOptions {
  bus: Bus;
  cell: string;
  /** How long is waited for what is on its way. */
  patienceMs?: number;
}

/** What tenants say about retention comes over the bus: nothing may go by a rule that may have been revoked meanwhile. */
export class TenantNews {
  private readonly options: TenantNewsOptions;

  constructor(options: TenantNewsOptions) {
    this.options = options;
  }

  /** Resolves once everything that is on the bus by now has been applied. @throws DomainError `tenant-rules-unknown` */
  async requireHeard(): Promise<void> {
    const { patienceMs = 5_000 } = this.options;
    const end = performance.now() + patienceMs;
    for (let cause: unknown; ; ) {
      try {
        if (await this.isHeard()) return;
      } catch (error) {
        cause = error;
      }
      if (performance.now() >= end) throw unknownRules(cause);
      await delay(pollMs);
    }
  }

  private async isHeard(): Promise<boolean> {
    const { bus, cell } = this.options;
    if (!bus.isUp) return false;
    const manager = await jetstreamManager(bus.connection(), { checkAPI: false, timeout: askMs });
    const seen = await manager.consumers.info(eventStreamName(cell, 'gateway'), tenantRulesDurable);
    return seen.num_pending === 0 && seen.num_ack_pending === 0;
  }
}

const unknownRules = (cause: unknown) =>
  unavailable(
    'tenant-rules-unknown',
    'Nothing goes by rules of retention while the bus does not tell what tenants say: their rules may have been revoked.',
    undefined,
    cause,
  );
