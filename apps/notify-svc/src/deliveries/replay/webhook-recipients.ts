import { id } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { DeliveryFacts } from '../delivery.ts';

interface About {
  tenantId: string;
  facts: DeliveryFacts;
}

/** Whether there still is what failed deliveries are for, and which other webhook may have one. */
export class WebhookRecipients {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** Throws `recipient-gone`. */
  async requireThere({ tenantId, facts: { channel, recipient } }: About): Promise<void> {
    if (channel !== 'webhook' || (await this.find(tenantId, recipient)) !== null) return;
    throw rejected('recipient-gone', 'The webhook is deleted: name another one that hears of this mailbox.');
  }

  /** Throws `recipient-no-follower`: not each webhook may know what is in every mailbox. */
  async requireFollower({ tenantId, facts: { mailboxId } }: About, recipient: string): Promise<void> {
    const found = id.safeParse(recipient).success ? await this.find(tenantId, recipient) : null;
    if (found !== null && (found.mailboxId === null || found.mailboxId === mailboxId)) return;
    throw rejected(
      'recipient-no-follower',
      'The recipient is no webhook that hears of this mailbox: name one of the mailbox or of the tenant by its id.',
    );
  }

  private async find(tenantId: string, webhookId: string): Promise<{ mailboxId: string | null } | null> {
    const { rows } = await this.pool.query<{ mailboxId: string | null }>(
      'SELECT mailbox_id AS "mailboxId" FROM webhook WHERE tenant_id = $1 AND id = $2',
      [tenantId, webhookId],
    );
    return rows[0] ?? null;
  }
}
