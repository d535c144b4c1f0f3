import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Person } from '../known/audience.ts';
import type { KnownUser } from '../known/known-users.ts';
import { callerOf, messageNotice, recordingOf } from './notice.ts';
import { emailSettings, ownersAreTold } from './settings.ts';
import { factsFor, nothing, type Plan, type Recipient, type Situation, skip } from './situation.ts';

/** Each address once, as it is written first. */
const unique = (addresses: readonly string[]): string[] => {
  const seen = new Map<string, string>();
  for (const address of addresses) {
    const key = address.toLowerCase();
    if (!seen.has(key)) seen.set(key, address);
  }
  return [...seen.values()];
};

const emailTo = (situation: Situation, to: Recipient, user: KnownUser | undefined): PlannedContent => {
  const { attachAudio, audioFormat, link } = emailSettings(situation, user);
  // A confidential recording stays where rights are looked at.
  const recorded = recordingOf(situation, audioFormat);
  const { confidential } = situation.message;
  const recording = attachAudio && !confidential ? recorded : null;
  const withheld = attachAudio && confidential && recorded !== null ? 'confidential' : undefined;
  return {
    facts: factsFor(situation, to),
    notice: messageNotice(situation, { user, recording, withheld, link: link && recorded !== null }),
    caller: callerOf(situation),
  };
};

/** To the addresses that the mailbox names. */
export const planMailboxEmails = (situation: Situation): Plan => {
  const planned: PlannedContent[] = [];
  const skipped: Plan['skipped'] = [];
  for (const recipient of unique(situation.mailbox.notify.email.to)) {
    const user = situation.usersByEmail.get(recipient.toLowerCase());
    const to: Recipient = { channel: 'email', recipient, userId: user?.id ?? null, named: 'mailbox' };
    if (emailSettings(situation, user).enabled) planned.push(emailTo(situation, to, user));
    else if (user?.notify.email.enabled === false) {
      skipped.push(skip(to, 'user-disabled-email', 'The user of this address has turned e-mails off.'));
    } else skipped.push(skip(to, 'email-disabled', 'E-mails are turned off for the mailbox or its tenant.'));
  }
  return { planned, skipped };
};

/** To somebody who may listen to the mailbox, at the own address. */
export const planPersonEmail = (situation: Situation, person: Person): Plan => {
  const wants = person.notify.email.enabled;
  const isTold = wants === true || (person.owner && ownersAreTold(situation));
  if (!isTold) return nothing;
  const to: Recipient = { channel: 'email', recipient: person.email ?? '', userId: person.id };
  if (person.email === null) {
    return {
      planned: [],
      skipped: [skip(to, 'no-address', 'The user has no e-mail address: an administrator sets it.')],
    };
  }
  const named = situation.mailbox.notify.email.to.some(
    (address) => address.toLowerCase() === to.recipient.toLowerCase(),
  );
  if (named) return nothing; // told as one of the mailbox's addresses
  if (!emailSettings(situation, person).enabled) {
    return {
      planned: [],
      skipped: [skip(to, 'email-disabled', 'E-mails are turned off for the user, mailbox or tenant.')],
    };
  }
  return { planned: [emailTo(situation, to, person)], skipped: [] };
};

/** Short e-mails without audio. */
export const planTexts = (situation: Situation): Plan => ({
  planned: unique(situation.mailbox.notify.text.to).map((recipient) => {
    const user = situation.usersByEmail.get(recipient.toLowerCase());
    return {
      facts: factsFor(situation, { channel: 'text', recipient, userId: user?.id ?? null, named: 'mailbox' }),
      notice: messageNotice(situation, { user }),
      caller: callerOf(situation),
    };
  }),
  skipped: [],
});

/** The message itself to where it is kept. Its recording goes along whatever it is: nothing of it stays here. */
export const planExternal = (situation: Situation, to: string): Plan => {
  const user = situation.usersByEmail.get(to.toLowerCase());
  const recording = recordingOf(situation, 'original');
  return {
    planned: [
      {
        facts: factsFor(situation, { channel: 'external', recipient: to, userId: user?.id ?? null }),
        notice: messageNotice(situation, { user, recording }),
        caller: callerOf(situation),
      },
    ],
    skipped: [],
  };
};
