import type { Escalation } from '@aftertone/contracts';
import type { MessageNotice } from '../deliveries/delivery.ts';
import type { Step } from '../escalation/escalation.ts';
import { messageNotice } from './notice.ts';
import { emailSettings } from './settings.ts';
import type { Situation } from './situation.ts';

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
