import type { CallContext, MessageItem, mailboxCommands, Quota } from '@aftertone/contracts';
import { DomainError, invalid } from '@aftertone/kernel';
import { type CallInput, metaOf, onceMaking } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import type { MailboxRow } from '../../mailboxes/directory/mailbox.entity.ts';
import type { MailboxDirectory } from '../../mailboxes/directory/mailbox.query.ts';
import type { QuotaLimit } from '../../mailboxes/mailbox.ts';
import { reachedLimit } from '../contribution.ts';
import { FirstAnswers } from '../first-answers.ts';
import { mailboxFull, onMailboxGuard } from '../guards.ts';
import { itemAfter } from '../item.ts';
import { messageAggregate } from '../message.aggregate.ts';
import type { MessageCommand, Recording } from '../message.commands.ts';
import type { Refusals } from './refusals.ts';

interface DepositParts {
  directory: MailboxDirectory;
  refusals: Refusals;
}

type Deposit = CallInput<typeof mailboxCommands.depositMessage>;

const recordingOf = ({ voice, storedAt }: Deposit, { maxMessageSeconds }: Quota): Recording | null => {
  if (voice === undefined) return null;
  if (storedAt !== undefined) return { voice, storedAt, maxMessageSeconds };
  const errors = [{ path: 'storedAt', message: 'is required with voice' }];
  throw invalid('invalid-request', 'A recording comes with the time when it was stored.', { errors });
};

const limitReached = (error: unknown): QuotaLimit | null => {
  if (!(error instanceof DomainError) || error.code !== 'mailbox-full') return null;
  const { limit } = error.details ?? {};
  return limit === 'maxMessages' || limit === 'maxTotalSeconds' ? limit : null;
};

/** Takes callers' messages into mailboxes, or on to where a mailbox's messages are kept. */
export class DepositDesk {
  private readonly ground: Ground;
  private readonly parts: DepositParts;
  private readonly firstAnswers: FirstAnswers;

  constructor(ground: Ground, parts: DepositParts) {
    this.ground = ground;
    this.parts = parts;
    this.firstAnswers = new FirstAnswers(ground, parts.directory);
  }

  async deposit(input: Deposit, call: CallContext): Promise<MessageItem> {
    const { store } = this.ground;
    const { directory } = this.parts;
    const once = onceMaking(call, input.messageId);
    const earlier = once.dedup && (await store.findRepeated(call.tenantId, once.dedup));
    if (earlier) return this.firstAnswers.to(earlier.result, call);
    const { mailbox, counters } = await directory.requireWithFeed(call, input.mailboxId, 'deposit');
    // The append's guard has the last word; this spares a full box the work, and a message without audio counts too.
    const reached = mailbox.storage === null ? reachedLimit(counters, mailbox.quota) : null;
    if (reached) return this.refuse(mailboxFull(reached), reached, input, call);
    try {
      const handled = await store.handle(messageAggregate, {
        tenantId: call.tenantId,
        id: input.messageId,
        command: this.command(input, mailbox),
        meta: metaOf(call),
        isNew: true,
        onGuard: onMailboxGuard,
        ...once,
      });
      if (handled.repeated) return await this.firstAnswers.to(handled.result, call);
      return itemAfter(handled, {
        tenantId: call.tenantId,
        id: input.messageId,
        accessType: mailbox.accessType,
        viewer: null,
      });
    } catch (error) {
      const limit = limitReached(error);
      if (limit === null) throw error;
      // Its messages may have come to be kept elsewhere meanwhile: then it has room for none here, and for all there.
      const { storage } = await directory.require(call, input.mailboxId, 'deposit');
      if (storage !== null) return this.deposit(input, call);
      return this.refuse(error, limit, input, call);
    }
  }

  private async refuse(error: unknown, limit: QuotaLimit, input: Deposit, call: CallContext): Promise<never> {
    await this.parts.refusals.record(input.mailboxId, limit, call);
    throw error;
  }

  private command(input: Deposit, { quota, storage, emptyMessages }: MailboxRow): MessageCommand {
    const { urgent, confidential, receivedAt, ...caller } = input.metadata;
    const recording = recordingOf(input, quota);
    const { mailboxId } = input;
    const forwardTo = storage?.type === 'external' ? storage.email : null;
    return {
      type: 'DepositMessage',
      data: {
        ...{ mailboxId, caller, urgent, confidential, recording, forwardTo },
        receivedAt: receivedAt ?? null,
        emptyMessages: emptyMessages ?? 'keep',
      },
      meta: commandMeta(this.ground),
    };
  }
}
