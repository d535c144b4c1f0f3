import type { CallContext, mailboxQueries, RpcOutput } from '@aftertone/contracts';
import { type Page, pageOf, type RecordedEvent, readCursor } from '@aftertone/event-store';
import { DomainError } from '@aftertone/kernel';
import { z } from 'zod';
import { rightsOfAdministrator } from '../access/rights.ts';
import type { CallInput } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import type { MessageInbox } from './inbox/message.query.ts';
import { messageAggregate } from './message.aggregate.ts';
import { messageNotFound } from './message.decider.ts';
import { type MessageEvent, mailboxOf } from './message.ts';

type Entry = RpcOutput<typeof mailboxQueries.messageHistory>['items'][number];

/** Versions are 4-byte integers in the store. */
const listKey = z.tuple([z.int32().min(0)]);

/** What an event tells: the whole message when it appeared, later what changed and what that was before. */
const told = (data: MessageEvent['data']): Record<string, unknown> => {
  if (!('message' in data)) return {};
  if (!('was' in data)) return { ...data.message, ...data.caller, ...('because' in data && { because: data.because }) };
  if ('heardAt' in data) return { userId: data.userId, heardAt: data.heardAt, was: data.was };
  const changed = Object.keys(data.was).map((key) => [key, Object.entries(data.message).find(([k]) => k === key)?.[1]]);
  return { ...Object.fromEntries(changed), was: data.was, ...('because' in data && { because: data.because }) };
};

/**
 * What happened to a message, oldest first. Deleted messages have theirs; of a purged one only administrators see it,
 * and only what happened when and by whom.
 */
export class MessageHistory {
  private readonly ground: Ground;
  private readonly inbox: MessageInbox;

  constructor(ground: Ground, inbox: MessageInbox) {
    this.ground = ground;
    this.inbox = inbox;
  }

  async list(input: CallInput<typeof mailboxQueries.messageHistory>, call: CallContext): Promise<Page<Entry>> {
    const { id, limit, cursor } = input;
    const purged = await this.isPurged(id, call);
    const [afterVersion] = cursor === undefined ? [0] : readCursor(cursor, listKey);
    const events = await this.read(id, { afterVersion, limit: limit + 1 }, call);
    if (events.length === 0 && afterVersion === 0) throw messageNotFound();
    const entry = ({ id: eventId, type, version, at, meta, data }: RecordedEvent<MessageEvent>): Entry => ({
      eventId,
      type,
      version,
      at,
      actor: meta.actor,
      correlationId: meta.correlationId,
      data: purged ? {} : told(data),
    });
    return pageOf(events, limit, entry, ({ version }) => [version]);
  }

  /** As many events as are asked for, of those that the actor may know: an own heard state is its member's business. */
  private async read(id: string, page: { afterVersion: number; limit: number }, { tenantId, actor }: CallContext) {
    const told: RecordedEvent<MessageEvent>[] = [];
    let { afterVersion } = page;
    for (let isLast = false; !isLast && told.length < page.limit; ) {
      const events = await this.ground.store.history(messageAggregate, tenantId, id, { ...page, afterVersion });
      told.push(...events.filter(({ data }) => actor.admin || !('userId' in data) || data.userId === actor.id));
      isLast = events.length < page.limit;
      afterVersion = events.at(-1)?.version ?? afterVersion;
    }
    return told.slice(0, page.limit);
  }

  /** Whether messages of the mailbox are kept elsewhere: those that are here are for nobody then. */
  private async hides(mailboxId: string, { tenantId }: CallContext): Promise<boolean> {
    const { state } = await this.ground.store.load(mailboxAggregate, tenantId, mailboxId);
    return state.status === 'open' && state.mailbox.storage.type === 'external';
  }

  private async isPurged(id: string, call: CallContext): Promise<boolean> {
    try {
      await this.inbox.require(call, id, { deleted: true, right: 'listen' });
      return false;
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'not-found' || !call.actor.admin) throw error;
      const { state } = await this.ground.store.load(messageAggregate, call.tenantId, id);
      const mailboxId = mailboxOf(state);
      // What an administrator's token denies is as if it were not there.
      if (mailboxId === null || !rightsOfAdministrator(call.actor, mailboxId).has('listen')) throw error;
      if (await this.hides(mailboxId, call)) throw error;
      return true;
    }
  }
}
