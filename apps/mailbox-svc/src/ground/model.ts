import { GreetingRow } from '../greetings/greeting.entity.ts';
import { greetingsAggregate } from '../greetings/greetings.aggregate.ts';
import { MailboxRow } from '../mailboxes/directory/mailbox.entity.ts';
import { mailboxAggregate } from '../mailboxes/mailbox.aggregate.ts';
import { MessageRow } from '../messages/inbox/message.entity.ts';
import { messageAggregate } from '../messages/message.aggregate.ts';

/** The kinds of streams in this service's log. */
export const kinds = [mailboxAggregate, messageAggregate, greetingsAggregate];

/** What is read through the ORM. */
export const entities = [MailboxRow, MessageRow, GreetingRow];

/** What a rebuild of the messages has made anew: it is derived from them. */
export const derive = ['make_own_lists'];
