import { type CallContext, mailboxQueries as queries } from '@aftertone/contracts';
import { RpcHandler } from '@aftertone/messaging';
import { Controller } from '@nestjs/common';
import type { CallInput } from '../calls/request.ts';
import { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { MessageHistory } from './history.ts';
import { itemOf } from './inbox/found-message.ts';
import { MessageInbox } from './inbox/message.query.ts';

@Controller()
export class MessageQueriesController {
  private readonly directory: MailboxDirectory;
  private readonly inbox: MessageInbox;
  private readonly histories: MessageHistory;

  constructor(directory: MailboxDirectory, inbox: MessageInbox, histories: MessageHistory) {
    this.directory = directory;
    this.inbox = inbox;
    this.histories = histories;
  }

  @RpcHandler(queries.getMessage)
  async get({ id, includeDeleted }: CallInput<typeof queries.getMessage>, call: CallContext) {
    return itemOf(await this.inbox.require(call, id, { deleted: includeDeleted, right: 'listen' }));
  }

  @RpcHandler(queries.listMessages)
  async list({ mailboxId, ...filters }: CallInput<typeof queries.listMessages>, call: CallContext) {
    if (mailboxId !== undefined) await this.directory.require(call, mailboxId, 'listen');
    return this.inbox.list(call, filters, mailboxId);
  }

  @RpcHandler(queries.messageHistory)
  async history(input: CallInput<typeof queries.messageHistory>, call: CallContext) {
    return this.histories.list(input, call);
  }
}
