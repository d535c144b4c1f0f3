import type { EscalationView } from '@aftertone/contracts';
import type { EventMeta, EventStore } from '@aftertone/event-store';
import type { Clock } from '@aftertone/kernel';
import { type CausingEvent, metaOf } from '../mailbox-events/meta.ts';
import { escalationNotice, escalationSteps } from '../planning/escalation.ts';
import { callerOf } from '../planning/notice.ts';
import type { Situation } from '../planning/situation.ts';
import { escalationAggregate } from './escalation.aggregate.ts';
import type { EscalationCommand, StopEscalation } from './escalation.decider.ts';
import type { Escalation } from './escalation.ts';

/** A command without its time. */
type Asked<C = EscalationCommand> = C extends EscalationCommand ? Omit<C, 'meta'> : never;

interface OnMessage {
  tenantId: string;
  messageId: string;
}

const pageSize = 500;
const noId = '00000000-0000-0000-0000-000000000000';

const noEscalation: EscalationView = { state: 'none', steps: [], stopped: null };

/** What is told of an escalation: when, not whom; who was told is in the deliveries. */
export const viewOf = (escalation: Escalation): EscalationView => {
  if (escalation.status === 'absent') return noEscalation;
  const { status, steps, taken, stopped } = escalation;
  return {
    state: status,
    steps: steps.map(({ dueAt }, n) => ({ step: n + 1, dueAt, takenAt: taken[n] ?? null })),
    stopped,
  };
};

/** Escalations of messages, by message. */
export class Escalations {
  private readonly store: EventStore;
  private readonly clock: Clock;

  constructor(store: EventStore, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** When the message, which has just come into the mailbox, has steps; once, however often. */
  async start(cause: CausingEvent & { streamversion: number }, situation: Situation): Promise<void> {
    const steps = escalationSteps(situation);
    if (steps.length === 0) return;
    const { messageId, mailboxId, correlationId } = situation;
    const [notice, caller] = [escalationNotice(situation), callerOf(situation)];
    const messageVersion = cause.streamversion;
    const data = { messageId, mailboxId, messageVersion, correlationId, notice, caller, steps };
    await this.run({ tenantId: cause.tenantid, messageId }, { type: 'StartEscalation', data }, metaOf(cause));
  }

  /** Nothing where there is none, or not any more. */
  stop(message: OnMessage, data: StopEscalation['data'], meta: EventMeta): Promise<void> {
    return this.run(message, { type: 'StopEscalation', data }, meta);
  }

  /** A page at a time: those that are stopped have no timers any more. */
  async stopAllOf(cause: CausingEvent, mailboxId: string): Promise<void> {
    const { tenantid: tenantId } = cause;
    for (let after = noId; ; ) {
      const { rows } = await this.store.pool.query<{ messageId: string }>(
        `SELECT message_id AS "messageId" FROM escalation_timer
         WHERE tenant_id = $1 AND mailbox_id = $2 AND message_id > $3 ORDER BY message_id LIMIT ${pageSize}`,
        [tenantId, mailboxId, after],
      );
      const stopped = { reason: 'mailbox-closed', by: null, mailboxId } as const;
      await Promise.all(rows.map(({ messageId }) => this.stop({ tenantId, messageId }, stopped, metaOf(cause))));
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.messageId;
    }
  }

  /** Its caller is forgotten, and it goes no further. */
  erase(cause: CausingEvent, messageId: string): Promise<void> {
    const message = { tenantId: cause.tenantid, messageId };
    return this.run(message, { type: 'EraseEscalation', data: {} }, metaOf(cause));
  }

  /** Takes the step whose time has come, if it has. */
  takeStep(message: OnMessage, correlationId: string): Promise<void> {
    const meta: EventMeta = { actor: { kind: 'service', id: 'notify-svc' }, correlationId };
    return this.run(message, { type: 'TakeStep', data: {} }, meta);
  }

  async find({ tenantId, messageId }: OnMessage): Promise<Escalation> {
    return (await this.store.load(escalationAggregate, tenantId, messageId)).state;
  }

  private async run({ tenantId, messageId: id }: OnMessage, asked: Asked, meta: EventMeta): Promise<void> {
    const command = { ...asked, meta: { now: this.clock().toISOString() } };
    await this.store.handle(escalationAggregate, { tenantId, id, command, meta });
  }
}
