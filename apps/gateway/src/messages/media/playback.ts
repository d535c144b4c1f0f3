import type { IncomingHttpHeaders } from 'node:http';
import { type AudioFormat, audioEndings, type MessageItem, type VoiceContent } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';
import type { Call } from '../../http/call.ts';
import { StreamAnswer } from '../../http/stream-answer.ts';
import { askedFormat } from './asked-format.ts';
import type { MediaClient } from './media-client.ts';

/** Request headers that media-svc answers to, and its headers that the caller gets. */
const passedOn = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since'] as const;
const passedBack = [
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'accept-ranges',
  'cache-control',
  'etag',
  'last-modified',
  // Where the storage gives a recording itself, by a URL that is signed for this click.
  'location',
] as const;

/** Our callers speak HTTP: media-svc may send them elsewhere. */
const redirects = { 'aftertone-redirects': 'followed' };

const pick = (headers: Readonly<IncomingHttpHeaders>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

/** Audio that a caller may hear. */
export interface Recorded {
  tenantId: string;
  content: VoiceContent;
  /** Of a file, without its ending: ASCII without anything that a file system or a header could take amiss. */
  name: string;
}

const fileName = ({ name, content }: Recorded, format: AudioFormat): string =>
  `${name}.${format === 'original' ? audioEndings[content.contentType] : format}`;

/** @throws DomainError `message-without-audio` */
const recordedIn = ({ tenantId, receivedAt, content }: MessageItem): Recorded => {
  if (content.type !== 'voice') throw notFound('message-without-audio', 'The message has no audio');
  return { tenantId, content, name: `message-${receivedAt.replace(/\.\d+Z$/, '').replaceAll(':', '')}` };
};

/** Under what name the recording of a message is saved, as it is. @throws DomainError `message-without-audio` */
export const fileNameOf = (message: MessageItem): string => fileName(recordedIn(message), 'original');

/** The answer depends on what the caller accepts, where it did not ask for a format. */
const varies = { vary: 'Accept' };

/**
 * Audio that the caller may hear, or the part of it that the request asks for.
 *
 * @param asked format, and whether a browser shall save it
 * @throws DomainError media-svc's refusals
 */
export const playRecorded = async (
  media: MediaClient,
  recorded: Recorded,
  { request, correlationId }: Pick<Call, 'request' | 'correlationId'>,
  asked: { format?: AudioFormat | undefined; download?: boolean } = {},
): Promise<StreamAnswer> => {
  const { tenantId, content } = recorded;
  const format = askedFormat(asked.format, request.headers.accept, recorded);
  const answer = await media.open(
    request.method === 'HEAD' ? 'HEAD' : 'GET',
    { tenantId, mediaId: content.mediaId, correlationId },
    { ...pick(request.headers, passedOn), ...redirects },
    { format, download: asked.download === true ? fileName(recorded, format) : undefined },
  );
  return new StreamAnswer(answer.status, { ...pick(answer.headers, passedBack), ...varies }, answer.body);
};

/**
 * The recording of a message, as `playRecorded` plays it.
 *
 * @throws DomainError `message-without-audio`, and media-svc's refusals
 */
export const play = (
  media: MediaClient,
  message: MessageItem,
  ...[call, asked]: [Parameters<typeof playRecorded>[2], Parameters<typeof playRecorded>[3]?]
): Promise<StreamAnswer> => playRecorded(media, recordedIn(message), call, asked);
