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
