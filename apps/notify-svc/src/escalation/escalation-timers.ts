import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@aftertone/kernel';
import type { Log } from '@aftertone/messaging';
import type { Pool } from 'pg';
import type { Escalations } from './escalations.ts';

export interface EscalationTimersParts {
  pool: Pool;
  escalations: Escalations;
  clock: Clock;
  log: Log;
  /** How long after the end of a process its work is taken over. */
  leaseMs: number;
  /** How often to look for what has become due. */
  pollMs: number;
}

interface Due {
  tenantId: string;
  messageId: string;
  correlationId: string;
}

const atOnce = 50;

// Who takes one has it until the lease is over; the step itself moves the row on, or away.
const takeDue = `
  WITH due AS (
    SELECT tenant_id, message_id FROM escalation_timer WHERE due_at <= $1
    ORDER BY due_at LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
  UPDATE escalation_timer timer SET due_at = $2 FROM due
  WHERE timer.tenant_id = due.tenant_id AND timer.message_id = due.message_id
  RETURNING timer.tenant_id AS "tenantId", timer.message_id AS "messageId", timer.correlation_id AS "correlationId"`;

/** Makes escalations go on when their times come. Any number of replicas share the work. */
export class EscalationTimers {
  private readonly parts: EscalationTimersParts;
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(parts: EscalationTimersParts) {
    this.parts = parts;
  }

  start(): void {
    this.loop ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const taken = await this.takeSteps().catch((error: unknown) => {
        this.parts.log.warn({ err: error }, 'due escalations could not go on; trying again');
        return 0;
      });
      if (taken < atOnce) await delay(this.parts.pollMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async takeSteps(): Promise<number> {
    const { pool, escalations, clock, log, leaseMs } = this.parts;
    const now = clock();
    const { rows } = await pool.query<Due>(takeDue, [now, new Date(now.getTime() + leaseMs)]);
    const take = ({ correlationId, ...message }: Due): Promise<void> =>
      // Its lease brings it back.
      escalations.takeStep(message, correlationId).catch((error: unknown) => {
        log.warn({ err: error, messageId: message.messageId }, 'an escalation could not go on; trying again');
      });
    await Promise.all(rows.map(take));
    return rows.length;
  }
}
