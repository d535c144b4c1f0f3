import type { IncomingHttpHeaders } from 'node:http';
import { type AudioFormat, audioEndings, type MessageItem } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';
import type { Call } from '../../http/call.ts';
import { StreamAnswer } from '../../http/stream-answer.ts';
import { type AskedOfMessage, askedFormat } from './asked-format.ts';
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

/** ASCII without anything that a file system or a header could take amiss. */
export const fileNameOf = ({ receivedAt, content }: MessageItem, format: AudioFormat = 'original'): string => {
  const stored = content.type === 'voice' ? audioEndings[content.contentType] : 'wav';
  const ending = format === 'original' ? stored : format;
  return `message-${receivedAt.replace(/\.\d+Z$/, '').replaceAll(':', '')}.${ending}`;
};

/** The answer depends on what the caller accepts, where it did not ask for a format. */
const varies = { vary: 'Accept' };

/**
 * The recording of a message that the caller may hear, or the part of it that the request asks for.
 *
 * @param asked format, and whether a browser shall save it
 * @throws DomainError `message-without-audio`, and media-svc's refusals
 */
export const play = async (
  media: MediaClient,
  message: MessageItem,
  { request, correlationId }: Pick<Call, 'request' | 'correlationId'>,
  asked: AskedOfMessage & { download?: boolean } = {},
): Promise<StreamAnswer> => {
  if (message.content.type !== 'voice') throw notFound('message-without-audio', 'The message has no audio');
  const { mediaId } = message.content;
  const { normalize, download } = asked;
  const format = askedFormat(asked, request.headers.accept, message);
  const answer = await media.open(
    request.method === 'HEAD' ? 'HEAD' : 'GET',
    { tenantId: message.tenantId, mediaId, correlationId },
    { ...pick(request.headers, passedOn), ...redirects },
    { format, normalize, download: download === true ? fileNameOf(message, format) : undefined },
  );
  return new StreamAnswer(answer.status, { ...pick(answer.headers, passedBack), ...varies }, answer.body);
};
