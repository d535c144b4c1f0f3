import { GreetingDesk } from './greetings/greeting-desk.ts';
import type { Ground } from './ground/ground.ts';
import { MessageHolds } from './legal-hold/message-holds.ts';
import { MailboxDirectory } from './mailboxes/directory/mailbox.query.ts';
import { MailboxDesk } from './mailboxes/mailbox-desk.ts';
import { MemberDesk } from './mailboxes/members/member-desk.ts';
import { Pins } from './mailboxes/pin/pins.ts';
import { Batches } from './messages/batch.ts';
import { DepositDesk } from './messages/deposit/deposit-desk.ts';
import { Refusals } from './messages/deposit/refusals.ts';
import { MessageHistory } from './messages/history.ts';
import { MessageInbox } from './messages/inbox/message.query.ts';
import { MessageDesk } from './messages/message-desk.ts';
import { DepartedWork } from './messages/work/departed-work.ts';
import { WorkDesk } from './messages/work/work-desk.ts';
import { RetentionPreview } from './retention/retention-preview.ts';

/** Everything that answers calls, wired together. */
export const makeParts = (ground: Ground) => {
  const directory = new MailboxDirectory(ground);
  const inbox = new MessageInbox(ground);
  const messageDesk = new MessageDesk(ground, directory, inbox);
  const workDesk = new WorkDesk(ground, directory, inbox);
  return {
    directory,
    inbox,
    mailboxDesk: new MailboxDesk(ground, directory),
    memberDesk: new MemberDesk(ground, directory),
    greetingDesk: new GreetingDesk(ground, directory),
    pins: new Pins(ground, directory),
    depositDesk: new DepositDesk(ground, { directory, refusals: new Refusals(ground, directory) }),
    messageDesk,
    messageHolds: new MessageHolds(ground, inbox),
    workDesk,
    departedWork: new DepartedWork(ground),
    batches: new Batches(ground, { desk: messageDesk, work: workDesk }),
    history: new MessageHistory(ground, inbox),
    retentionPreview: new RetentionPreview(ground, directory),
  };
};
export type Parts = ReturnType<typeof makeParts>;
