import { rejected } from '@aftertone/kernel';

/** What the hold is on decides what has to be done. */
export type Held = 'message' | 'mailbox';

const words: Readonly<Record<Held, string>> = {
  message: 'a message that is under legal hold would be lost: an administrator has to end that hold first',
  mailbox:
    'the mailbox is under legal hold, and what is in it stays there: an administrator has to end that hold first',
};

export const legalHoldCode = 'legal-hold';

export const refusedByHold = (held: Held) => rejected(legalHoldCode, `Refused, because ${words[held]}.`, { held });
