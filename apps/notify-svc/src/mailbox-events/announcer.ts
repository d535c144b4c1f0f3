import type { CloudEvent } from '@aftertone/contracts';
import { type Clock, notFound } from '@aftertone/kernel';
import type { Pool } from 'pg';
import type { Completion } from '../completion/completion.ts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Escalations } from '../escalation/escalations.ts';
import { planExternal, planMailbox, planPeople } from '../planning/plan.ts';
import type { Situation } from '../planning/situation.ts';
import { SituationPage } from '../planning/situation-page.ts';
import { situationOf } from '../planning/situations.ts';
import type { Care, Stay } from '../timing/care.ts';
import type { AnnouncedEvents, AskedEvent } from './announced-events.ts';
import type { FirstTurn } from './first-turn.ts';
import { metaOf } from './meta.ts';
import type { News } from './read-news.ts';
import { settled } from './settled.ts';

export interface AnnouncerParts {
  pool: Pool;
  firstTurn: FirstTurn;
  announced: AnnouncedEvents;
  completion: Completion;
  escalations: Escalations;
  care: Care;
  clock: Clock;
}

/** An event that tells of a new message. */
export interface ToldMessage {
  event: CloudEvent;
  news: Extract<News, { kind: 'message' | 'message-forwarding' }>;
  /** What the webhooks that follow the event are told. */
  webhooks: readonly PlannedContent[];
  /** Those of them that are paused. */
  paused: ReadonlySet<string>;
}

const mailboxOf = ({ event, news }: ToldMessage) => ({
  tenantId: event.tenantid,
  mailboxId: news.message.mailboxId,
});

const askedOf = ({ event, news }: ToldMessage): AskedEvent => ({
  tenantId: event.tenantid,
  eventId: event.id,
  messageId: news.message.messageId,
});

const stayOf = ({ event, news: { message } }: ToldMessage): Stay => ({
  messageId: message.messageId,
  mailboxId: message.mailboxId,
  version: event.streamversion,
});

const announcementOf = ({ event }: ToldMessage) => ({
  tenantId: event.tenantid,
  eventId: event.id,
  correlationId: event.correlationid,
});

const keyOf = ({ event }: ToldMessage): string => `${event.tenantid} ${event.id}`;

/** Turns new messages into notifications, once. */
export class Announcer {
  private readonly parts: AnnouncerParts;

  constructor(parts: AnnouncerParts) {
    this.parts = parts;
  }

  /**
   * Messages of any mailboxes, side by side: they do not concern one another. What one needs to know is looked up for all
   * at once. One that fails keeps none of the others from being announced; its failure is thrown when all have ended.
   */
  async announce(told: readonly ToldMessage[]): Promise<void> {
    if (told.length === 0) return;
    const { announced, completion, care, clock, pool } = this.parts;
    const once = [...new Map(told.map((one) => [keyOf(one), one])).values()];
    const done = await announced.doneOf(once.map(askedOf));
    const open = once.filter((one) => !done.purged(askedOf(one)));
    const fresh = open.filter((one) => !done.planned(askedOf(one)));
    await settled(
      fresh
        .filter(({ news }) => news.message.reason === 'moved')
        .map((one) => care.beginAnew(stayOf(one), one.event.tenantid)),
    );
    const page = await SituationPage.load(
      pool,
      fresh.map((one) => ({
        ...mailboxOf(one),
        addresses: one.news.kind === 'message-forwarding' ? [one.news.to] : [],
      })),
    );
    const results = await Promise.allSettled(fresh.map((one) => this.plan(one, page)));
    const planned = fresh.filter((_, n) => results[n]?.status === 'fulfilled');
    // Events of a message may come in any order: somebody may have taken care of it already.
    await care.catchUp(
      planned.map((one) => ({ stay: stayOf(one), of: { tenantId: one.event.tenantid, meta: metaOf(one.event) } })),
    );
    await announced.addAll(planned.map(askedOf), clock());
    // What was sent before all of it was planned could not be the last. Also of what a crash kept from getting here.
    const repeated = open.filter((one) => done.planned(askedOf(one)));
    await completion.check([...planned, ...repeated].map(announcementOf));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async plan({ event, news, webhooks, paused }: ToldMessage, page: SituationPage): Promise<void> {
    const { firstTurn, escalations } = this.parts;
    const key = { tenantId: event.tenantid, mailboxId: news.message.mailboxId };
    const known = page.of(key);
    if (known === null) {
      // Not `unavailable`: that would be tried for ever, and hold up the mailbox's later events.
      throw notFound('mailbox-unknown', 'The settings of the mailbox have not arrived yet', {
        mailboxId: key.mailboxId,
      });
    }
    const { counts } = known;
    const situation = situationOf(this.causeOf(event), news.message, known);
    if (news.kind === 'message-forwarding') {
      return firstTurn.take(event, planExternal(situation, news.to).planned, { counts, paused });
    }
    const first = [...planMailbox(situation).planned, ...webhooks, ...planPeople(situation, known.people).planned];
    await firstTurn.take(event, first, { counts, paused });
    await this.planMore(event, situation, page);
    await escalations.start(event, situation);
  }

  private async planMore(event: CloudEvent, situation: Situation, page: SituationPage): Promise<void> {
    const key = { tenantId: event.tenantid, mailboxId: situation.mailboxId };
    for await (const people of page.morePeople(key)) {
      await this.parts.firstTurn.plan(event, planPeople(situation, people).planned);
    }
  }

  private causeOf({ id: eventId, correlationid: correlationId, sequence }: CloudEvent) {
    // A message and its counts follow each other in the mailbox's feed.
    const revision = sequence === undefined ? 0 : sequence + 1;
    return { eventId, correlationId, revision, now: this.parts.clock() };
  }
}
