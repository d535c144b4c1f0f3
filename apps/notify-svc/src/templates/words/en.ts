import { plural, type Words } from './words.ts';

const messages = plural('en', { one: 'message', other: 'messages' });
const newOnes = plural('en', { one: 'new voicemail', other: 'new voicemails' });
const attempts = plural('en', { one: 'attempt', other: 'attempts' });

export const en: Words = {
  unknownCaller: 'unknown caller',
  newMessage: (caller, mailbox) => `New voicemail from ${caller} for ${mailbox}`,
  heading: 'You have a new voicemail',
  urgent: 'Urgent',
  from: 'From',
  called: 'Called number',
  mailbox: 'Mailbox',
  received: 'Received',
  duration: 'Duration',
  transcription: 'Transcription',
  confidential: 'This message is confidential.',
  noAudio: 'The caller left no recording.',
  attached: 'The recording is attached.',
  tooLarge: 'The recording is too large to be attached.',
  notAvailable: 'The recording could not be attached.',
  listen: 'Listen to the message',
  newMessages: (count) => `You have ${newOnes(count)}`,
  escalation: (caller, mailbox) => `Not yet taken care of: voicemail from ${caller} for ${mailbox}`,
  escalationReason: (step, of) => `Nobody has taken care of this message in time (step ${step} of ${of}).`,
  mailboxFull: (mailbox) => `Mailbox ${mailbox} is full`,
  mailboxFullReason: (count) => `It holds ${messages(count)} and takes no more until some are deleted.`,
  mailboxFullLength: (length) =>
    `Its messages are as long together as it may hold${length === null ? '' : ` (${length})`}; it takes no more until some are deleted.`,
  webhookPaused: (webhook) => `Webhook ${webhook} is paused`,
  webhookPausedReason: (failures, since) =>
    `${attempts(failures)} failed since ${since}. Nothing is sent to it any more.`,
  webhookResume: 'When its server works again, resume the webhook.',
  externalFailed: (mailbox) => `A message for ${mailbox} could not be sent on`,
  externalFailedReason: (date, address) =>
    `The message of ${date} could not be sent to ${address}, where messages of this mailbox are kept.`,
  externalKept: 'It is not lost: an administrator can send it again.',
  address: 'Address',
  lastFailure: 'Last failure',
};
