import { invalid, rejected } from '@aftertone/kernel';

/** There is no sound in it. */
export const audioEmpty = () => invalid('audio-empty', 'The recording is empty.');

/** @param why what was looked for and not found. */
export const audioNotRecognised = (why: string) =>
  invalid('audio-not-recognised', `This is no WAV or MP3 recording that can be kept: ${why}.`);

/** @param why where it ends or breaks. */
export const audioTruncated = (why: string) => invalid('audio-truncated', `The recording is not complete: ${why}.`);

export const audioTooLong = (maxSeconds: number) =>
  rejected('audio-too-long', `The recording is longer than ${maxSeconds} seconds.`, { maxSeconds });

export const audioTooLarge = (maxBytes: number) =>
  rejected('audio-too-large', `The recording is larger than ${maxBytes} bytes.`, { maxBytes });

/** What is stored is not what was stored, or no decoder takes it. @param why where it breaks. */
export const audioDamaged = (why: string) => invalid('audio-damaged', `The recording is damaged: ${why}.`);

/** It cannot be turned into another format. @param why a sentence. */
export const audioUnreadable = (why: string) =>
  rejected('audio-unreadable', `${why} It cannot be converted: ask for the original.`);
