import type { Person } from '../known/audience.ts';
import type { KnownUser } from '../known/known-users.ts';
import { planExternal, planMailboxEmails, planPersonEmail, planTexts } from './email.ts';
import { planMwi } from './mwi.ts';
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
    joined([planMailboxEmails(situation), planTexts(situation), planMwi(situation)]),
  );

/** Who of these people is told because of what they, the mailbox and the tenant have set. */
export const planPeople = (situation: Situation, people: readonly Person[]): Plan =>
  held(situation, people, joined(people.map((person) => planPersonEmail(situation, person))));

export { planExternal };
