import type { Escalation } from '@aftertone/contracts';
import type { Caller, MessageNotice, PlannedContent } from '../deliveries/delivery.ts';
import type { Step } from '../escalation/escalation.ts';
import type { KnownUser } from '../known/known-users.ts';
import { messageNotice } from './notice.ts';
import { emailSettings } from './settings.ts';
import { joined, nothing, type Plan, type Situation, skip } from './situation.ts';
import { inTime } from './timing.ts';

const none: Escalation = { steps: [], urgentOnly: false };

/** The steps that a message gets, with the settings of now: their times count from now. Empty: it is not escalated. */
export const escalationSteps = ({ mailbox, tenant, message, now }: Situation): Step[] => {
  const { steps, urgentOnly } = mailbox.notify.escalation ?? tenant.escalation ?? none;
  if (urgentOnly && !message.urgent) return [];
  return steps.map(({ afterSeconds, ...who }) => ({
    ...who,
    dueAt: new Date(now.getTime() + afterSeconds * 1000).toISOString(),
  }));
};

/** What a later step says of the message. The recording stays where rights are looked at; a link asks for them. */
export const escalationNotice = (situation: Situation): MessageNotice =>
  messageNotice(situation, { link: emailSettings(situation, undefined).link });

/** Everything about one step of an escalation that decides who is told. */
export interface StepSituation {
  /** The contract event that tells of the step. */
  eventId: string;
  correlationId: string;
  messageId: string;
  mailboxId: string;
  notice: MessageNotice;
  caller: Caller;
  escalation: { step: number; of: number };
  step: Step;
  /** The users that the step names. */
  users: readonly KnownUser[];
  /** Users behind the addresses that it names, by address in lower case. */
  usersByEmail: ReadonlyMap<string, KnownUser>;
  now: Date;
}

interface To {
  channel: 'email';
  recipient: string;
  user: KnownUser | undefined;
}

const contentFor = (situation: StepSituation, { channel, recipient, user }: To): PlannedContent => {
  const { eventId, correlationId, messageId, mailboxId, notice, caller, escalation } = situation;
  const reader = {
    language: user?.language ?? notice.reader.language,
    timezone: user?.timezone ?? notice.reader.timezone,
  };
  const facts = { eventId, correlationId, messageId, mailboxId, channel, purpose: 'escalation', recipient } as const;
  // A link is for users: nobody else has rights.
  const link = notice.link && user !== undefined;
  return {
    facts: { ...facts, userId: user?.id ?? null },
    notice: { ...notice, reader, link, escalation },
    caller,
  };
};

/** E-mails to the addresses of the step and to its users, to each address once; also to who has turned e-mails off. */
const planStepEmails = (situation: StepSituation): Plan => {
  const { step, users, usersByEmail } = situation;
  const to = new Map<string, To>();
  const add = (recipient: string, user: KnownUser | undefined): void => {
    const key = recipient.toLowerCase();
    if (!to.has(key)) to.set(key, { channel: 'email', recipient, user });
  };
  const skipped: Plan['skipped'] = [];
  for (const user of users) {
    if (user.email !== null) add(user.email, user);
    else {
      const why = 'The user has no e-mail address: an administrator sets it.';
      skipped.push(skip({ channel: 'email', recipient: '', userId: user.id }, 'no-address', why));
    }
  }
  for (const address of step.email) add(address, usersByEmail.get(address.toLowerCase()));
  return { planned: [...to.values()].map((one) => contentFor(situation, one)), skipped };
};

/** Who is told because nobody took care in time. */
export const planEscalationStep = (situation: StepSituation): Plan => {
  const { users, usersByEmail, notice, now } = situation;
  const { planned, skipped } = joined([planStepEmails(situation), nothing]);
  const moment = { now, urgent: notice.urgent, timezone: notice.reader.timezone };
  return { planned: inTime(planned, [...users, ...usersByEmail.values()], moment), skipped };
};
