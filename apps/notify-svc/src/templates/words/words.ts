/** The fixed words of notices in one language. They go into plain text and, escaped, into HTML. */
export interface Words {
  unknownCaller: string;
  /** Subject; also all that a short message says. */
  newMessage: (caller: string, mailbox: string) => string;
  heading: string;
  urgent: string;
  from: string;
  called: string;
  mailbox: string;
  received: string;
  duration: string;
  transcription: string;
  confidential: string;
  noAudio: string;
  attached: string;
  tooLarge: string;
  notAvailable: string;
  /** In front of a link to the recording. */
  listen: string;
  newMessages: (count: number) => string;
  /** Subject and first line when nobody took care of a message in time. */
  escalation: (caller: string, mailbox: string) => string;
  escalationReason: (step: number, of: number) => string;
  mailboxFull: (mailbox: string) => string;
  mailboxFullReason: (messages: number) => string;
  /** `length` of all its messages together that it may hold, such as `5:00:00`; null where nobody knows. */
  mailboxFullLength: (length: string | null) => string;
  webhookPaused: (webhook: string) => string;
  webhookPausedReason: (failures: number, since: string) => string;
  webhookResume: string;
  /** Subject and first line when a message could not be sent to where it is kept. */
  externalFailed: (mailbox: string) => string;
  externalFailedReason: (date: string, address: string) => string;
  externalKept: string;
  address: string;
  lastFailure: string;
}

/** Picks the form of a word that goes with a number in this language. */
export const plural = (language: string, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }) => {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count: number): string => `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
};
