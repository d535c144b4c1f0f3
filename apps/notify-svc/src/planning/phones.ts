import type { Channel } from '@aftertone/contracts';
import type { PlannedContent } from '../deliveries/delivery.ts';
import type { Person } from '../known/audience.ts';
import type { KnownUser } from '../known/known-users.ts';
import { callerOf, messageNotice } from './notice.ts';
import { factsFor, nothing, type Plan, type Recipient, type Situation, skip } from './situation.ts';

const contentFor = (situation: Situation, to: Recipient, user?: KnownUser): PlannedContent => ({
  facts: factsFor(situation, to),
  notice: messageNotice(situation, { user }),
  caller: callerOf(situation),
});

/** The same number, written with `+` or `00` in front. */
export const sameNumber = (number: string): string => number.replace(/^(\+|00)/, '');

/** Each number once, as it is written first. */
export const uniqueNumbers = (numbers: readonly string[]): string[] =>
  [...new Map([...numbers].reverse().map((number) => [sameNumber(number), number])).values()].reverse();

const planNumbers = (situation: Situation, channel: Extract<Channel, 'sms' | 'fax'>): Plan => {
  const recipients = uniqueNumbers(situation.mailbox.notify[channel].to).map(
    (recipient): Recipient => ({ channel, recipient, named: 'mailbox' }),
  );
  if (situation.gateways.has(channel)) {
    return { planned: recipients.map((to) => contentFor(situation, to)), skipped: [] };
  }
  return { planned: [], skipped: recipients.map((to) => withoutGateway(to, channel)) };
};

export const withoutGateway = (to: Recipient, channel: 'sms' | 'fax') =>
  channel === 'sms'
    ? skip(to, 'no-sms-gateway', 'The tenant has no SMS gateway: an administrator sets it.')
    : skip(to, 'no-fax-gateway', 'The tenant has no fax gateway: an administrator sets it.');

/** To the phones that the mailbox names. */
export const planMailboxSms = (situation: Situation): Plan => planNumbers(situation, 'sms');

/** To the fax machines that the mailbox names. */
export const planFaxes = (situation: Situation): Plan => planNumbers(situation, 'fax');

/** To the phone of somebody who may listen to the mailbox and wants it. */
export const planPersonSms = (situation: Situation, person: Person): Plan => {
  const number = person.notify.sms.to;
  if (number === null) return nothing;
  const named = situation.mailbox.notify.sms.to.some((other) => sameNumber(other) === sameNumber(number));
  if (named) return nothing; // told as one of the mailbox's numbers
  const to: Recipient = { channel: 'sms', recipient: number, userId: person.id };
  if (!situation.gateways.has('sms')) return { planned: [], skipped: [withoutGateway(to, 'sms')] };
  return { planned: [contentFor(situation, to, person)], skipped: [] };
};
