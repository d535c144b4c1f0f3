import type { IncomingHttpHeaders } from 'node:http';
import { type AudioContentType, type AudioFormat, audioEndings, type MessageItem } from '@aftertone/contracts';
import { notFound } from '@aftertone/kernel';
import type { FastifyRequest } from 'fastify';
import type { Call } from '../../http/call.ts';
import { StreamAnswer } from '../../http/stream-answer.ts';
import { type AskedSound, askedFormat } from './asked-format.ts';
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

/** The answer depends on what the caller accepts, where it did not ask for a format. */
const varies = { vary: 'Accept' };

/** A recording that a caller may hear. */
export interface Playable {
  tenantId: string;
  mediaId: string;
  contentType: AudioContentType;
  /** Under which a browser shall save it, without an ending: ASCII without anything that a file system or a header could take amiss. */
  name: string;
}

const fileName = ({ name, contentType }: Playable, format: AudioFormat): string =>
  `${name}.${format === 'original' ? audioEndings[contentType] : format}`;

/** @throws DomainError `message-without-audio` */
const playableOf = ({ tenantId, receivedAt, content }: MessageItem): Playable => {
  if (content.type !== 'voice') throw notFound('message-without-audio', 'The message has no audio');
  const { mediaId, contentType } = content;
  return { tenantId, mediaId, contentType, name: `message-${receivedAt.replace(/\.\d+Z$/, '').replaceAll(':', '')}` };
};

/** Name of the file that `play` sends to who asks for nothing by name. @throws DomainError `message-without-audio` */
export const fileNameOf = (message: MessageItem, { headers }: Pick<FastifyRequest, 'headers'>): string => {
  const playable = playableOf(message);
  return fileName(playable, askedFormat({}, headers.accept, playable.contentType));
};

/** How a recording is wanted. */
export interface Asked extends AskedSound {
  /** A browser shall save it. */
  download?: boolean;
}

/**
 * A recording, or the part of it that the request asks for.
 *
 * @throws DomainError media-svc's refusals
 */
export const playRecording = async (
  media: MediaClient,
  playable: Playable,
  { request, correlationId }: Pick<Call, 'correlationId'> & { request: Pick<FastifyRequest, 'method' | 'headers'> },
  asked: Asked = {},
): Promise<StreamAnswer> => {
  const { tenantId, mediaId, contentType } = playable;
  const format = askedFormat(asked, request.headers.accept, contentType);
  const answer = await media.open(
    request.method === 'HEAD' ? 'HEAD' : 'GET',
    { tenantId, mediaId, correlationId },
    { ...pick(request.headers, passedOn), ...redirects },
    { format, normalize: asked.normalize, download: asked.download === true ? fileName(playable, format) : undefined },
  );
  return new StreamAnswer(answer.status, { ...pick(answer.headers, passedBack), ...varies }, answer.body);
};

/**
 * The recording of a message that the caller may hear.
 *
 * @throws DomainError `message-without-audio`, and media-svc's refusals
 */
export const play = async (
  media: MediaClient,
  message: MessageItem,
  call: Pick<Call, 'request' | 'correlationId'>,
  asked: Asked = {},
): Promise<StreamAnswer> => playRecording(media, playableOf(message), call, asked);
