import type { CloudEvent } from '@aftertone/contracts';
import { type Clock, notFound } from '@aftertone/kernel';
import type { Completion } from '../completion/completion.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Planner } from '../deliveries/planner.ts';
import type { Escalations } from '../escalation/escalations.ts';
import { planExternal, planMailbox } from '../planning/plan.ts';
import type { Situation } from '../planning/situation.ts';
import type { Situations } from '../planning/situations.ts';
import type { Care } from '../timing/care.ts';
import type { AnnouncedEvents } from './announced-events.ts';
import { metaOf } from './meta.ts';
import type { NewMessage, News } from './read-news.ts';

export interface AnnouncerParts {
  planner: Planner;
  situations: Situations;
  announced: AnnouncedEvents;
  completion: Completion;
  escalations: Escalations;
  care: Care;
  clock: Clock;
}

type Told = Extract<News, { kind: 'message' | 'message-forwarding' }>;

/** Turns new messages into notifications, once. */
export class Announcer {
  private readonly parts: AnnouncerParts;

  constructor(parts: AnnouncerParts) {
    this.parts = parts;
  }

  /** `webhooks`: what the webhooks that follow the event are told. */
  async announce(event: CloudEvent, news: Told, webhooks: readonly PlannedContent[] = []): Promise<void> {
    const { announced, planner, completion, care, clock } = this.parts;
    const { tenantid: tenantId, id: eventId } = event;
    const { message } = news;
    if (await announced.has(tenantId, eventId, message.messageId)) return;
    const stay = { messageId: message.messageId, mailboxId: message.mailboxId, version: event.streamversion };
    if (message.reason === 'moved') await care.beginAnew(stay, tenantId);
    const situation = await this.situationOf(event, message, news.kind === 'message-forwarding' ? [news.to] : []);
    if (news.kind === 'message-forwarding') await planner.plan(event, planExternal(situation, news.to).planned);
    else await this.announceToAll(event, situation, webhooks);
    // Events of a message may come in any order: somebody may have taken care of it already.
    await care.catchUp(stay, { tenantId, meta: metaOf(event) });
    await announced.add(tenantId, eventId, clock());
    // What was sent before all of it was planned could not be the last.
    await completion.check({ tenantId, eventId, correlationId: event.correlationid });
  }

  private async announceToAll(
    event: CloudEvent,
    situation: Situation,
    webhooks: readonly PlannedContent[],
  ): Promise<void> {
    const { planner, situations, escalations } = this.parts;
    await planner.plan(event, [...planMailbox(situation).planned, ...webhooks]);
    for await (const plan of situations.peoplePlans(event.tenantid, situation)) {
      await planner.plan(event, plan.planned);
    }
    await escalations.start(event, situation);
  }

  private async situationOf(event: CloudEvent, news: NewMessage, addresses: readonly string[]): Promise<Situation> {
    const { situations, clock } = this.parts;
    const { tenantid: tenantId, id: eventId, correlationid: correlationId, sequence } = event;
    // A message and its counts follow each other in the mailbox's feed.
    const revision = sequence === undefined ? 0 : sequence + 1;
    const cause = { tenantId, eventId, correlationId, revision, now: clock() };
    const situation = await situations.of(cause, news, addresses);
    if (situation !== null) return situation;
    // Not `unavailable`: that would be tried for ever, and hold up the mailbox's later events.
    throw notFound('mailbox-unknown', 'The settings of the mailbox have not arrived yet', {
      mailboxId: news.mailboxId,
    });
  }
}
