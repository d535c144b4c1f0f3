import type { Caller, MessageNotice } from '../deliveries/delivery.ts';
import { type Phrases, phrasesFor } from './phrases.ts';
import { localTime, playingTime } from './when.ts';

/** What became of the recording: in the mail, or why it is not. */
export type Enclosure = 'attached' | 'too-large' | 'not-available' | 'not-wanted';

export interface LetterInput {
  notice: MessageNotice;
  caller: Caller;
  enclosure: Enclosure;
}

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** One line of people's text: nothing that could begin another header or turn the direction of what follows. */
const oneLine = (text: string): string => text.replace(breaks, ' ').trim();

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const callerText = ({ callerName, callerNumber }: Caller, phrases: Phrases): string => {
  const [name, number] = [callerName, callerNumber].map((text) => (text === null ? '' : oneLine(text)));
  if (!name) return number || phrases.unknownCaller;
  return number && number !== name ? `${name} (${number})` : name;
};

const audioRemark = ({ durationMs }: MessageNotice, enclosure: Enclosure, phrases: Phrases): string | null => {
  if (durationMs === null) return phrases.noAudio;
  switch (enclosure) {
    case 'attached':
      return phrases.attached;
    case 'too-large':
      return phrases.tooLarge;
    case 'not-available':
      return phrases.notAvailable;
    case 'not-wanted':
      return null;
  }
};

const rows = ({ notice, caller }: LetterInput, phrases: Phrases): Array<[label: string, value: string]> => {
  const { mailbox, reader, receivedAt, durationMs } = notice;
  const table: Array<[string, string]> = [[phrases.from, callerText(caller, phrases)]];
  if (caller.calledNumber !== null) table.push([phrases.called, oneLine(caller.calledNumber)]);
  table.push([phrases.mailbox, `${oneLine(mailbox.name)} (${mailbox.number})`]);
  table.push([phrases.received, localTime(receivedAt, reader)]);
  if (durationMs !== null) table.push([phrases.duration, playingTime(durationMs)]);
  return table;
};

const htmlOf = (language: string, heading: string, table: [string, string][], remarks: string[]): string =>
  [
    `<!DOCTYPE html><html lang="${escaped(language)}"><head><meta charset="utf-8"></head>`,
    `<body style="font-family:sans-serif"><h1 style="font-size:1.2em">${escaped(heading)}</h1><table>`,
    ...table.map(
      ([label, value]) =>
        `<tr><th align="left" style="padding-right:1em">${escaped(label)}</th><td>${escaped(value)}</td></tr>`,
    ),
    '</table>',
    ...remarks.map((remark) => `<p>${escaped(remark)}</p>`),
    '</body></html>',
  ].join('\n');

/** The words of the e-mail about one message, in the mailbox's language and time zone. */
export const writeLetter = (input: LetterInput): Letter => {
  const { notice, caller, enclosure } = input;
  const { mailbox, reader, urgent, confidential } = notice;
  const phrases = phrasesFor(reader.language);
  const subject = phrases.subject(callerText(caller, phrases), `${oneLine(mailbox.name)} (${mailbox.number})`);
  const heading = urgent ? `${phrases.heading} (${phrases.urgent})` : phrases.heading;
  const remark = audioRemark(notice, enclosure, phrases);
  const remarks = [...(confidential ? [phrases.confidential] : []), ...(remark === null ? [] : [remark])];
  const table = rows(input, phrases);
  const lines = [heading, '', ...table.map(([label, value]) => `${label}: ${value}`)];
  return {
    subject: urgent ? `[${phrases.urgent}] ${subject}` : subject,
    text: `${[...lines, ...(remarks.length > 0 ? ['', ...remarks] : [])].join('\n')}\n`,
    html: htmlOf(reader.language, heading, table, remarks),
  };
};
