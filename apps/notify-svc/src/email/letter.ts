import type { Caller, MessageNotice } from '../deliveries/delivery.ts';
import type { Enclosure, MessageFacts, NoticeFacts } from '../templates/facts/facts.ts';
import { type OwnTemplate, renderNotice } from '../templates/render-notice.ts';

export type { Enclosure } from '../templates/facts/facts.ts';

/** What only the sender knows. */
export type LetterDetails = Partial<Pick<MessageFacts, 'file' | 'link' | 'transcription' | 'original'>> &
  Pick<NoticeFacts, 'tenantName' | 'counts'> & { messageId?: string; name?: string | null; address?: string };

export interface LetterInput {
  notice: MessageNotice;
  caller: Caller;
  enclosure: Enclosure;
  /** As what it is written; absent: an e-mail, or an escalation where the notice is one. */
  kind?: 'email' | 'text' | 'sms' | 'fax';
  /** The tenant's own, from `TemplatesOf`; absent: the built-in ones. */
  templates?: readonly OwnTemplate[];
  details?: LetterDetails;
}

export interface Letter {
  subject: string;
  text: string;
  /** Absent where a text is sent alone. */
  html?: string;
  /** A template of the tenant could not be used; for the delivery's detail. */
  problem?: string;
}

const factsOf = ({ notice, caller, enclosure, kind, details = {} }: LetterInput): NoticeFacts => {
  const { mailbox, reader, receivedAt, durationMs, urgent, confidential, escalation } = notice;
  const { messageId: id = '', name = null, address: email = null, tenantName = null, counts = null, ...more } = details;
  const message = { id, mailbox, caller, receivedAt, durationMs, urgent, confidential, enclosure, ...more };
  const common = { recipient: { ...reader, name, email }, tenantName, counts, message };
  if (kind === undefined && escalation !== null) return { ...common, kind: 'escalation', escalation };
  return { ...common, kind: kind ?? 'email' };
};

/** Words about one message, in its reader's language and time zone. Never throws because of a template. */
export const writeLetter = (input: LetterInput): Letter => {
  const { html, ...letter } = renderNotice(input.templates ?? [], factsOf(input));
  return { ...letter, ...(html !== null && { html }) };
};
