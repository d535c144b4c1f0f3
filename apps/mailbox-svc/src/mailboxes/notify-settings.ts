import { initialMailboxNotify, type NotifySettings, withNotifyChanges } from '@aftertone/contracts';

/**
 * What is said of who is told, with everything that is not said as a new mailbox has it: what a request makes a mailbox
 * with, and what was stored before there were all the fields.
 */
export const wholeNotify = (said: object): NotifySettings =>
  withNotifyChanges<NotifySettings>(initialMailboxNotify, said);
