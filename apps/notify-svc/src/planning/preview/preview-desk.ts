import {
  type CallContext,
  type CloudEvent,
  contractEvents,
  type deliveryQueries,
  type NotificationPreview,
} from '@aftertone/contracts';
import { newId, notFound } from '@aftertone/kernel';
import type { z } from 'zod';
import { StepPeople } from '../../escalation/step-people.ts';
import type { Ground } from '../../ground/ground.ts';
import type { NewMessage } from '../../mailbox-events/read-news.ts';
import { Followers } from '../../webhooks/followers.ts';
import { planWebhooks } from '../../webhooks/plan-webhooks.ts';
import { escalationNotice, escalationSteps } from '../escalation.ts';
import { planEscalationStep } from '../escalation-step.ts';
import { callerOf } from '../notice.ts';
import { planExternal, planMailbox, planPeople } from '../plan.ts';
import { joined, type Plan, type Situation } from '../situation.ts';
import { Situations } from '../situations.ts';
import { bytesOf } from './attachment.ts';
import { afterNotifyOf, instead, shownPlan } from './preview.ts';
import { untold } from './untold.ts';

type Input = z.output<typeof deliveryQueries.previewNotifications.input>;

/** Recipients that are shown; a mailbox of a whole tenant may have very many. */
const mostShown = 500;

const newMessage = ({ mailboxId, message }: Input, now: Date): NewMessage => {
  const { callerNumber, callerName, urgent, confidential, durationMs, contentType } = message;
  const { bytes = bytesOf(durationMs) } = message;
  const recording = { mediaId: newId(), contentType, durationMs, bytes, sha256: '' };
  return {
    ...{ mailboxId, messageId: newId(), reason: 'deposited' },
    message: {
      ...{ urgent, confidential, callerNumber, callerName, calledNumber: null, receivedAt: now.toISOString() },
      content: contentType === 'none' ? { type: 'none' } : { type: 'voice', ...recording },
    },
  };
};

/** The event that would tell of the message. */
const createdEvent = (
  { eventId, correlationId, mailboxId, messageId, now }: Situation,
  tenantId: string,
): CloudEvent => ({
  specversion: '1.0',
  id: eventId,
  source: '/aftertone/preview',
  type: contractEvents.messageCreated.type,
  subject: '',
  time: now.toISOString(),
  datacontenttype: 'application/json',
  tenantid: tenantId,
  streamversion: 1,
  correlationid: correlationId,
  data: { mailboxId, messageId },
});

/** Says who would be told of a message, by the same plans as for real ones. Nothing is written. */
export class PreviewDesk {
  private readonly ground: Ground;
  private readonly maxBytes: number;

  /** `maxBytes`: larger recordings are not attached. */
  constructor(ground: Ground, maxBytes: number) {
    this.ground = ground;
    this.maxBytes = maxBytes;
  }

  /** Throws `mailbox-unknown` (not-found). */
  async preview(input: Input, { tenantId, correlationId }: CallContext): Promise<NotificationPreview> {
    const now = input.message.at === undefined ? this.ground.clock() : new Date(input.message.at);
    const situation = await this.situationOf({ tenantId, correlationId, now }, newMessage(input, now));
    const { storage } = situation.mailbox;
    const { plan, truncated } = await this.planOf(situation, tenantId);
    const isKept = storage.type === 'internal';
    // What goes there goes with its recording or not at all.
    const shown = isKept
      ? shownPlan(plan, { now, maxBytes: this.maxBytes })
      : shownPlan(instead(planExternal(situation, storage.email), plan), { now, maxBytes: null });
    return {
      storage,
      afterNotify: afterNotifyOf(situation, shown.planned),
      ...shown,
      escalation: isKept ? await this.escalationOf(situation, tenantId) : [],
      truncated,
    };
  }

  private async situationOf(
    who: { tenantId: string; correlationId: string; now: Date },
    message: NewMessage,
  ): Promise<Situation> {
    const situations = new Situations(this.ground.store.pool);
    const cause = { ...who, eventId: newId(), revision: 0 };
    const situation = await situations.of(cause, message);
    if (situation === null) {
      throw notFound('mailbox-unknown', 'The settings of the mailbox have not arrived yet: try again in a minute.');
    }
    const { storage } = situation.mailbox;
    const there = storage.type === 'external' ? await situations.of(cause, message, [storage.email]) : null;
    return there ?? situation;
  }

  private async planOf(situation: Situation, tenantId: string): Promise<{ plan: Plan; truncated: boolean }> {
    const { pool } = this.ground.store;
    const event = createdEvent(situation, tenantId);
    const followers = (await new Followers(pool).of([event])).get(event.id) ?? [];
    const plans: Plan[] = [planMailbox(situation), { planned: planWebhooks(event, followers, 'message'), skipped: [] }];
    for await (const people of new Situations(pool).people(tenantId, situation)) {
      plans.push(planPeople(situation, people), { planned: [], skipped: untold(situation, people) });
      const { planned, skipped } = joined(plans);
      if (planned.length + skipped.length < mostShown) continue;
      const plan = { planned: planned.slice(0, mostShown), skipped: skipped.slice(0, mostShown) };
      return { plan, truncated: true };
    }
    return { plan: joined(plans), truncated: false };
  }

  private escalationOf(situation: Situation, tenantId: string): Promise<NotificationPreview['escalation']> {
    const steps = escalationSteps(situation);
    const people = new StepPeople(this.ground.store.pool);
    const { eventId, correlationId, messageId, mailboxId } = situation;
    const about = { eventId, correlationId, messageId, mailboxId };
    return Promise.all(
      steps.map(async (step, n) => {
        const who = await people.of(tenantId, step);
        const place = { step: n + 1, of: steps.length };
        const now = new Date(step.dueAt);
        const plan = planEscalationStep({
          ...{ ...about, step, ...who, escalation: place, now },
          ...{ notice: escalationNotice(situation), caller: callerOf(situation) },
        });
        return { ...place, dueAt: step.dueAt, ...shownPlan(plan, { now, maxBytes: this.maxBytes }) };
      }),
    );
  }
}
