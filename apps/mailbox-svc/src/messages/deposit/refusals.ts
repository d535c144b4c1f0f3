import type { CallContext } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { metaOf } from '../../calls/request.ts';
import { commandMeta, type Ground } from '../../ground/ground.ts';
import type { MailboxDirectory } from '../../mailboxes/directory/mailbox.query.ts';
import { mailboxAggregate } from '../../mailboxes/mailbox.aggregate.ts';
import type { QuotaLimit } from '../../mailboxes/mailbox.ts';

/**
 * Records that a full mailbox refused a deposit. What is refused at the same time shares one record, and the decider
 * adds none within a second while nothing in the box changes: a storm of calls into a full box must not fill the log.
 */
export class Refusals {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
  }

  async record(mailboxId: string, limit: QuotaLimit, call: CallContext): Promise<void> {
    const name = `${call.tenantId}/${mailboxId}/${limit}`;
    const shared = this.underWay.get(name) ?? this.append(mailboxId, limit, call);
    this.underWay.set(name, shared);
    try {
      await shared;
    } finally {
      this.underWay.delete(name);
    }
  }

  private async append(id: string, limit: QuotaLimit, call: CallContext): Promise<void> {
    try {
      await this.refuse(id, limit, call);
    } catch (error) {
      // Other processes keep changing this very mailbox's stream: they record refusals of the same full box.
      if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
    }
  }

  private async refuse(id: string, limit: QuotaLimit, call: CallContext): Promise<void> {
    const { revision } = await this.directory.requireWithFeed(call, id, 'deposit');
    await this.ground.store.handle(mailboxAggregate, {
      tenantId: call.tenantId,
      id,
      command: { type: 'RefuseDeposit', data: { limit, revision }, meta: commandMeta(this.ground) },
      meta: metaOf(call),
    });
  }
}
