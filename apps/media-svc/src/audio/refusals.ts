import { type DomainError, invalid, rejected, unavailable } from '@aftertone/kernel';

/** There is no sound in it. */
export const audioEmpty = () => invalid('audio-empty', 'The recording is empty.');

/** @param why what was looked for and not found. */
export const audioNotRecognised = (why: string) =>
  invalid(
    'audio-not-recognised',
    `This is no recording that can be kept (WAV, MP3, MP4, AAC, Ogg, WebM, FLAC): ${why}.`,
  );

/** @param why where it ends or breaks. */
export const audioTruncated = (why: string) => invalid('audio-truncated', `The recording is not complete: ${why}.`);

export const audioTooLong = (maxSeconds: number) =>
  rejected('audio-too-long', `The recording is longer than ${maxSeconds} seconds.`, { maxSeconds });

export const audioTooLarge = (maxBytes: number) =>
  rejected('audio-too-large', `The recording is larger than ${maxBytes} bytes.`, { maxBytes });

/** It is not what was stored once, or no decoder takes it. @param why where it breaks. */
export const audioDamaged = (why: string) => invalid('audio-damaged', `The recording is damaged: ${why}.`);

/** How long somebody who cannot be served now is asked to wait. */
export const busySeconds = 5;

export const audioBusy = () =>
  unavailable('media-busy', 'Too many recordings are being read or converted now.', {
    retryAfterSeconds: busySeconds,
  });

/** It is within all limits, and yet so much that reading it would keep others waiting. @param seconds of computing */
export const audioTooLongToRead = (seconds: number) =>
  rejected(
    'audio-too-long-to-read',
    `Reading the recording takes more than ${seconds} seconds of computing. Send it in parts, or as WAV or MP3.`,
  );

/** It cannot be turned into another format. @param why a sentence. */
export const audioUnreadable = (why: string) =>
  rejected('audio-unreadable', `${why} It cannot be converted: ask for the original.`);

/** @param cause why neither memory nor disk takes what is made of it: `storage-full`, `storage-unavailable` */
export const noRoomToConvert = (cause: DomainError) =>
  unavailable(
    cause.code,
    'There is no room to convert the recording now: ask for the original, or again later.',
    { retryAfterSeconds: busySeconds },
    cause,
  );
