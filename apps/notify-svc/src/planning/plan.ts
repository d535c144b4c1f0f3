import type { Person } from '../known/audience.ts';
import type { KnownUser } from '../known/known-users.ts';
import { planExternal, planMailboxEmails, planPersonEmail, planTexts } from './email.ts';
import { planMwi } from './mwi.ts';
import { planFaxes, planMailboxSms, planPersonSms } from './phones.ts';
import { planPersonPush } from './push.ts';
import { joined, type Plan, type Situation } from './situation.ts';
import { inTime } from './timing.ts';

const held = ({ now, message, mailbox }: Situation, users: Iterable<KnownUser>, { planned, skipped }: Plan): Plan => ({
  planned: inTime(planned, users, { now, urgent: message.urgent, timezone: mailbox.timezone }),
  skipped,
});

/** Who is told of a new message because the mailbox says so. */
export const planMailbox = (situation: Situation): Plan =>
  held(
    situation,
    situation.usersByEmail.values(),
    joined([
      ...[planMailboxEmails(situation), planTexts(situation), planMwi(situation)],
      ...[planMailboxSms(situation), planFaxes(situation)],
    ]),
  );

const planPerson = (situation: Situation, person: Person): Plan =>
  joined([planPersonEmail(situation, person), planPersonPush(situation, person), planPersonSms(situation, person)]);

/** Who of these people is told because of what they, the mailbox and the tenant have set. */
export const planPeople = (situation: Situation, people: readonly Person[]): Plan =>
  held(situation, people, joined(people.map((person) => planPerson(situation, person))));

export { planExternal };
