import type { CloudEvent } from '@aftertone/contracts';
import type { Escalations } from '../escalation/escalations.ts';
import type { Care } from '../timing/care.ts';
import type { Followers } from '../webhooks/followers.ts';
import { planWebhooks } from '../webhooks/plan-webhooks.ts';
import type { WebhookTeller } from '../webhooks/webhook-teller.ts';
import type { Announcer } from './announcer.ts';
import type { Erasure } from './erasure.ts';
import type { FullMailboxes } from './full-mailboxes.ts';
import type { Knowledge } from './knowledge.ts';
import { metaOf } from './meta.ts';
import { type News, readNews } from './read-news.ts';

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

/** Takes in events of mailbox-svc. Each of them may come twice and late. */
export class NewsDesk {
  private readonly parts: NewsDeskParts;

  constructor(parts: NewsDeskParts) {
    this.parts = parts;
  }

  /** In order, but messages that follow each other are planned side by side: they do not concern one another. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    const followers = await this.parts.followers.of(events);
    let planning: Promise<void>[] = [];
    const planned = async (): Promise<void> => {
      const under = planning;
      planning = [];
      // All of them end before a failure is told: nothing of this batch may still be at work when it comes again.
      const failed = (await Promise.allSettled(under)).find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    };
    for (const event of events) {
      const news = readNews(event);
      if (news?.kind === 'message' || news?.kind === 'message-forwarding') {
        const webhooks = planWebhooks(event, followers.get(event.id) ?? [], 'message');
        planning.push(this.parts.announcer.announce(event, news, webhooks));
        continue;
      }
      await planned();
      if (news !== null) await this.take(news, event);
      const webhooks = planWebhooks(event, followers.get(event.id) ?? [], 'event');
      if (webhooks.length > 0) planning.push(this.parts.webhookTeller.tell(event, webhooks));
    }
    await planned();
  }

  private async take(
    news: Exclude<News, { kind: 'message' | 'message-forwarding' }>,
    event: CloudEvent,
  ): Promise<void> {
    const { knowledge, erasure, full, escalations, care } = this.parts;
    switch (news.kind) {
      case 'message-purged':
        return erasure.erase(event, news.messageId);
      case 'message-care':
        return care.take(news.care, { tenantId: event.tenantid, meta: metaOf(event) });
      case 'mailbox-full':
        return full.tell(event, news);
      case 'mailbox-closed':
        await escalations.stopAllOf(event, news.mailboxId);
        return knowledge.record(news, event);
      default:
        return knowledge.record(news, event);
    }
  }
}
