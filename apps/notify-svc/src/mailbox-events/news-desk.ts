import type { CloudEvent } from '@aftertone/contracts';
import type { Escalations } from '../escalation/escalations.ts';
import type { Care } from '../timing/care.ts';
import type { Follower, Followers } from '../webhooks/followers.ts';
import { planWebhooks } from '../webhooks/plan-webhooks.ts';
import type { WebhookTeller } from '../webhooks/webhook-teller.ts';
import type { Announcer, ToldMessage } from './announcer.ts';
import type { Erasure } from './erasure.ts';
import type { FullMailboxes } from './full-mailboxes.ts';
import type { Knowledge } from './knowledge.ts';
import { metaOf } from './meta.ts';
import { type News, readNews } from './read-news.ts';
import { mailboxOf, type ReadEvent, type Round, roundsOf, runsOf } from './rounds.ts';
import { settled } from './settled.ts';

export interface NewsDeskParts {
  knowledge: Knowledge;
  announcer: Announcer;
  erasure: Erasure;
  full: FullMailboxes;
  escalations: Escalations;
  care: Care;
  followers: Followers;
  webhookTeller: WebhookTeller;
}

type ByEvent = ReadonlyMap<string, readonly Follower[]>;

/** What is taken for many events at once. */
const takenTogether: ReadonlySet<News['kind']> = new Set(['message', 'message-forwarding', 'message-care']);

const isMessage = (news: News | null): news is ToldMessage['news'] =>
  news?.kind === 'message' || news?.kind === 'message-forwarding';

const isShared = (news: News | null): boolean => news?.kind === 'counts' && news.memberUserId === undefined;

/** What is taken by itself, in the order of its mailbox. */
const isSingle = ({ news }: ReadEvent): boolean => news !== null && !takenTogether.has(news.kind) && !isShared(news);

const followersOf = (followers: ByEvent, { id }: CloudEvent): readonly Follower[] => followers.get(id) ?? [];

/** Takes in events of mailbox-svc. Each of them may come twice and late. */
export class NewsDesk {
  private readonly parts: NewsDeskParts;

  constructor(parts: NewsDeskParts) {
    this.parts = parts;
  }

  /** A page of events of any mailboxes; in order for each of them. One that nobody can read keeps all from being taken. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    const read = events.map((event) => ({ event, news: readNews(event) }));
    const followers = await this.parts.followers.of(events);
    for (const round of roundsOf(read)) await this.take(round, followers);
  }

  private async take({ events }: Round, followers: ByEvent): Promise<void> {
    const { announcer, knowledge, care, webhookTeller } = this.parts;
    await knowledge.recordCounts(events);
    const messages = events.flatMap(({ event, news }): ToldMessage[] => {
      if (!isMessage(news)) return [];
      const following = followersOf(followers, event);
      const paused = new Set(following.flatMap((follower) => (follower.paused ? [follower.id] : [])));
      return [{ event, news, webhooks: planWebhooks(event, following, 'message'), paused }];
    });
    const cares = events.flatMap(({ event, news }) =>
      news?.kind === 'message-care' ? [{ care: news.care, of: { tenantId: event.tenantid, meta: metaOf(event) } }] : [],
    );
    const singles = Map.groupBy(events.filter(isSingle), ({ event }) => mailboxOf(event));
    await settled([
      announcer.announce(messages),
      care.takeAll(cares),
      ...[...singles.values()].map(async (ofOne) => {
        for (const run of runsOf(ofOne)) await settled(run.map((read) => this.takeOne(read)));
      }),
    ]);
    // After what they tell of is taken in.
    await webhookTeller.tellAll(
      events
        .filter(({ news }) => !isMessage(news))
        .map(({ event }) => ({ event, planned: planWebhooks(event, followersOf(followers, event), 'event') })),
    );
  }

  private async takeOne({ event, news }: ReadEvent): Promise<void> {
    const { knowledge, erasure, full, escalations } = this.parts;
    switch (news?.kind) {
      case 'message-purged':
        return erasure.erase(event, news.messageId);
      case 'mailbox-full':
        return full.tell(event, news);
      case 'mailbox-closed':
        await escalations.stopAllOf(event, news.mailboxId);
        return knowledge.record(news, event);
      case 'mailbox':
      case 'member':
      case 'counts':
        return knowledge.record(news, event);
      case 'message':
      case 'message-forwarding':
      case 'message-care':
      case undefined:
        return;
    }
  }
}
