import { localTime, playingTime, shortTime } from '../../email/when.ts';
import type { Words } from '../words/words.ts';
import { manyLines, oneLine } from './clean.ts';
import type { MailboxName, MessageFacts, RecipientFacts } from './facts.ts';

const clean = (text: string | null | undefined): string | null => (text ? oneLine(text) || null : null);

const callerText = (name: string | null, number: string | null, words: Words): string => {
  if (name === null) return number ?? words.unknownCaller;
  return number !== null && number !== name ? `${name} (${number})` : name;
};

/** Who called, in the words of a language where nobody is known. */
export const callerVariables = (
  caller: { callerName: string | null; callerNumber: string | null } | null | undefined,
  words: Words,
) => {
  const [name, number] = [clean(caller?.callerName), clean(caller?.callerNumber)];
  return { name, number, text: callerText(name, number, words) };
};

export const mailboxVariables = ({ name, number }: MailboxName) => {
  const shown = oneLine(name);
  return { name: shown, number, text: `${shown} (${number})` };
};

/** The reason for a missing recording in words; null where there is nothing to say. */
const audioRemark = ({ durationMs, enclosure }: MessageFacts, words: Words): string | null => {
  if (durationMs === null) return words.noAudio;
  switch (enclosure) {
    case 'attached':
      return words.attached;
    case 'too-large':
      return words.tooLarge;
    case 'not-available':
      return words.notAvailable;
    case 'not-wanted':
      return null;
  }
};

const audioVariables = (facts: MessageFacts, words: Words) => {
  const { durationMs, enclosure, file } = facts;
  return {
    attached: durationMs !== null && enclosure === 'attached',
    /** `no-audio` and what became of a recording that is not attached. */
    reason: durationMs === null ? 'no-audio' : enclosure,
    remark: audioRemark(facts, words),
    fileName: file?.name ?? null,
    fileType: file?.contentType ?? null,
    fileBytes: file?.bytes ?? null,
  };
};

/** What a template can say about one message. */
export const messageVariables = (facts: MessageFacts, recipient: RecipientFacts, words: Words) => {
  const { durationMs, receivedAt, urgent, confidential } = facts;
  const caller = callerVariables(facts.caller, words);
  const mailbox = mailboxVariables(facts.mailbox);
  const audio = audioVariables(facts, words);
  const calledNumber = clean(facts.caller.calledNumber);
  const message = {
    id: facts.id,
    receivedAt,
    date: localTime(receivedAt, recipient),
    shortDate: shortTime(receivedAt, recipient),
    seconds: durationMs === null ? null : Math.ceil(durationMs / 1000),
    durationText: durationMs === null ? null : playingTime(durationMs),
    urgent,
    confidential,
    transcription: facts.transcription ? manyLines(facts.transcription) : null,
  };
  const rows = [
    { label: words.from, value: caller.text },
    ...(calledNumber === null ? [] : [{ label: words.called, value: calledNumber }]),
    { label: words.mailbox, value: mailbox.text },
    { label: words.received, value: message.date },
    ...(message.durationText === null ? [] : [{ label: words.duration, value: message.durationText }]),
  ];
  const remarks = [...(confidential ? [words.confidential] : []), ...(audio.remark === null ? [] : [audio.remark])];
  const original = facts.original
    ? { ...callerVariables(facts.original, words), date: localTime(facts.original.receivedAt, recipient) }
    : null;
  const link = facts.link ?? null;
  return { message, caller, called: { number: calledNumber }, mailbox, audio, link, original, rows, remarks };
};

export type MessageVariables = ReturnType<typeof messageVariables>;
