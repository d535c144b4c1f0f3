import type { Person } from '../../known/audience.ts';
import { planPersonEmail } from '../email.ts';
import { ownersAreTold } from '../settings.ts';
import { type Recipient, type Situation, type Skipped, skip } from '../situation.ts';

const isNamed = ({ mailbox }: Situation, { email }: Person): boolean =>
  email !== null && mailbox.notify.email.to.some((address) => address.toLowerCase() === email.toLowerCase());

const whyNot = (situation: Situation, { owner, notify }: Person): [reason: string, message: string] => {
  if (notify.email.enabled === false) {
    return ['user-disabled-email', 'The user has turned e-mails off: the user sets `notify.email.enabled` to true.'];
  }
  if (owner && !ownersAreTold(situation)) {
    const who = 'Owners are not told by e-mail';
    return ['owners-not-told', `${who}: set \`notify.email.owners\` of the mailbox or its tenant to true.`];
  }
  return ['not-asked-for', 'The user has not asked for e-mails: the user sets `notify.email.enabled` to true.'];
};

/** People who may listen and of whose e-mails no plan says anything, with what would have to change. */
export const untold = (situation: Situation, people: readonly Person[]): Skipped[] =>
  people.flatMap((person) => {
    const { planned, skipped } = planPersonEmail(situation, person);
    if (planned.length + skipped.length > 0 || isNamed(situation, person)) return [];
    const to: Recipient = { channel: 'email', recipient: person.email ?? '', userId: person.id };
    return [skip(to, ...whyNot(situation, person))];
  });
