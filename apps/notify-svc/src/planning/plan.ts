import type { Person } from '../known/audience.ts';
import { planExternal, planMailboxEmails, planPersonEmail, planTexts } from './email.ts';
import { planMwi } from './mwi.ts';
import { joined, type Plan, type Situation } from './situation.ts';

/** Who is told of a new message because the mailbox says so. */
export const planMailbox = (situation: Situation): Plan =>
  joined([planMailboxEmails(situation), planTexts(situation), planMwi(situation)]);

/** Who of these people is told because of what they, the mailbox and the tenant have set. */
export const planPeople = (situation: Situation, people: readonly Person[]): Plan =>
  joined(people.map((person) => planPersonEmail(situation, person)));

export { planExternal };
