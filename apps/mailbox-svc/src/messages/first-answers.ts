import type { CallContext, MessageItem } from '@aftertone/contracts';
import { firstMade } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import type { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { messageAggregate } from './message.aggregate.ts';
import { messageNotFound } from './message.decider.ts';
import { toPublicMessage } from './public-message.ts';

/** Answers who repeats a deposit or a copy under its key: with the message as it was made, whatever became of it. */
export class FirstAnswers {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
  }

  /**
   * The answer to the command whose deduplication stored `result`.
   *
   * @throws DomainError not-found when the message was purged, or the actor has no right on its first mailbox any more
   */
  async to(result: unknown, call: CallContext): Promise<MessageItem> {
    const { tenantId } = call;
    const id = firstMade(result);
    const [made] = await this.ground.store.history(messageAggregate, tenantId, id, { limit: 1 });
    // A purge ends the deduplication as well, but may come between the two reads: then the caller is sealed for ever.
    if (made === undefined || !('message' in made.data) || made.data.caller === undefined) throw messageNotFound();
    const { message, caller } = made.data;
    const { accessType } = await this.directory.require(call, message.mailboxId, 'deposit');
    return { ...toPublicMessage(message, caller, { tenantId, id, version: made.version }), accessType };
  }
}
