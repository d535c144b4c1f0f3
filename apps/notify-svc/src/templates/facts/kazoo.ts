import { wallClock } from '../../email/when.ts';
import { oneLine } from './clean.ts';
import type { MessageFacts, RecipientFacts } from './facts.ts';
import type { MessageVariables } from './message-variables.ts';

/** Seconds from the year 0 to 1970, which KAZOO counts from. */
const gregorianEpoch = 62_167_219_200;

const person = ({ name, email, timezone }: RecipientFacts) => {
  const [first = null, ...rest] = name ? oneLine(name).split(' ') : [];
  return { first_name: first, last_name: rest.join(' ') || null, email: email ?? null, timezone };
};

const nameNumber = (name: string | null, number: string | null) => ({
  name,
  number,
  name_number: [name, number].filter((text) => text !== null).join(' ') || null,
});

/** `00:01:05`. */
const clockTime = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');

/** What every template of KAZOO knows. */
export const kazooAccount = (recipient: RecipientFacts, tenantName: string | null) => ({
  user: person(recipient),
  owner: person(recipient),
  account: { name: tenantName },
});

/** The variables of KAZOO's `voicemail_to_email`, by their names there. */
export const kazooVariables = (
  { receivedAt, durationMs }: MessageFacts,
  { message, caller, called, mailbox, audio }: MessageVariables,
  { timezone }: RecipientFacts,
) => ({
  voicemail: {
    vmbox_name: mailbox.name,
    vmbox_number: mailbox.number,
    vmbox_include_message_on_notify: audio.attached,
    msg_id: message.id,
    transcription: message.transcription,
    length: durationMs === null ? null : clockTime(Math.ceil(durationMs / 1000)),
    file_name: audio.fileName,
    file_type: audio.fileType,
    file_size: audio.fileBytes,
    box: mailbox.number,
    name: mailbox.name,
    number: mailbox.number,
  },
  caller_id: nameNumber(caller.name, caller.number),
  callee_id: nameNumber(mailbox.name, called.number ?? mailbox.number),
  from: { user: caller.number },
  to: { user: called.number ?? mailbox.number },
  date_called: {
    utc: wallClock(receivedAt, 'UTC'),
    local: wallClock(receivedAt, timezone),
    timestamp: Math.floor(Date.parse(receivedAt) / 1000) + gregorianEpoch,
    timezone,
  },
});
