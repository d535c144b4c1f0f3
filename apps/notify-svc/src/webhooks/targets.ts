import type { WebhookFormat } from '@aftertone/contracts';
import type { EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import type { Hold } from './holds.ts';
import { type Opened, type WebhookOwner, WebhookSecrets } from './webhook-secrets.ts';

interface Row {
  url: string;
  format: WebhookFormat;
  headerNames: string[];
  previousUntil: Date | null;
  held: boolean;
  holds: Hold[];
}

/** Where a webhook is and what is sent along, as it is now. */
export interface Target extends Opened {
  url: string;
  format: WebhookFormat;
  /** It is paused or turned off. */
  held: boolean;
  /** When it was. */
  holds: readonly Hold[];
}

/** Reads for the sending what is set on webhooks. */
export class Targets {
  private readonly store: EventStore;
  private readonly secrets: WebhookSecrets;
  private readonly clock: Clock;

  constructor(store: EventStore, clock: Clock) {
    this.store = store;
    this.secrets = new WebhookSecrets(store);
    this.clock = clock;
  }

  /** Null: it is gone. */
  async find(owner: WebhookOwner): Promise<Target | null> {
    const { rows } = await this.store.pool.query<Row>({
      name: 'webhook-target',
      text: `SELECT url, format, header_names AS "headerNames", previous_until AS "previousUntil",
          paused IS NOT NULL OR NOT enabled AS held, holds
        FROM webhook WHERE tenant_id = $1 AND id = $2`,
      values: [owner.tenantId, owner.id],
    });
    const [row] = rows;
    if (row === undefined) return null;
    const { headerNames, previousUntil, ...rest } = row;
    const both = previousUntil !== null && previousUntil > this.clock();
    const opened = await this.secrets.open(owner, headerNames, both);
    return opened && { ...rest, ...opened };
  }
}
