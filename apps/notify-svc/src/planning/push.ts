import type { Caller, MessageNotice, PlannedContent } from '../deliveries/delivery.ts';
import type { Person, PersonDevice } from '../known/audience.ts';
import { callerOf, messageNotice } from './notice.ts';
import { pushIsOn } from './settings.ts';
import { factsFor, type Plan, type Recipient, type Situation, skip } from './situation.ts';

const nobody: Caller = { callerNumber: null, callerName: null, calledNumber: null };

/** What the push says; who called is not told of a confidential message, where everybody can read along. */
const callerShown = (situation: Situation): Caller => (situation.message.confidential ? nobody : callerOf(situation));

const recipientOf = (person: Person, device: PersonDevice): Recipient => ({
  channel: 'push',
  recipient: device.id,
  userId: person.id,
});

const noticeFor = (situation: Situation, person: Person, { language }: PersonDevice): MessageNotice => {
  const notice = messageNotice(situation, { user: person });
  return { ...notice, reader: { ...notice.reader, ...(language !== null && { language }) } };
};

/** To each device of somebody who may listen to the mailbox. */
export const planPersonPush = (situation: Situation, person: Person): Plan => {
  const to = person.devices.map((device) => ({ device, recipient: recipientOf(person, device) }));
  if (!pushIsOn(situation, person)) {
    const why = 'Pushes are turned off for the user, mailbox or tenant.';
    return { planned: [], skipped: to.map(({ recipient }) => skip(recipient, 'push-disabled', why)) };
  }
  const planned = to.map(
    ({ device, recipient }): PlannedContent => ({
      facts: factsFor(situation, recipient),
      notice: noticeFor(situation, person, device),
      caller: callerShown(situation),
      endpoint: device.endpoint,
    }),
  );
  return { planned, skipped: [] };
};
