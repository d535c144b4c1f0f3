import type { PreviewFacts, TemplateKey } from '@aftertone/contracts';
import type { MessageFacts, NoticeFacts } from './facts.ts';
import { sampleFacts, sampleMessage } from './sample.ts';

/** `given` with what is not undefined in `values`. */
const replaced = <Given extends object>(
  given: Given,
  values: { [Key in keyof Given]?: Given[Key] | undefined },
): Given => ({
  ...given,
  ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
});

const messageOf = (given: PreviewFacts): MessageFacts => {
  const { callerName, callerNumber, mailboxName: name, mailboxNumber: number } = given;
  const { receivedAt, durationMs, urgent, confidential, transcription = null } = given;
  // What no message has yet is not shown as if it had.
  const sample = { ...sampleMessage, original: null, transcription };
  const message = replaced(sample, { receivedAt, durationMs, urgent, confidential });
  return {
    ...message,
    mailbox: replaced(message.mailbox, { name, number }),
    caller: replaced(message.caller, { callerName, callerNumber }),
  };
};

/** The example with what somebody wants to see otherwise. */
export const previewFactsOf = ({ kind, language }: TemplateKey, given: PreviewFacts): NoticeFacts => {
  const sample = sampleFacts(kind, language, messageOf(given));
  const { recipientName: name, recipientEmail: email, timezone } = given;
  return { ...sample, recipient: replaced(sample.recipient, { name, email, timezone }) };
};
