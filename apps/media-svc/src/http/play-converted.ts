import { Readable } from 'node:stream';
import { DomainError } from '@aftertone/kernel';
import type { Logger } from '@aftertone/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConversionOrder } from '../audio/conversion/conversion-messages.ts';
import type { Conversions } from '../audio/conversion/conversions.ts';
import type { Target } from '../audio/conversion/target.ts';
import type { BlobKey } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import type { MediaRow } from '../media/catalogue/media-row.ts';
import { conversionsUnreadable } from '../metrics.ts';
import { answerHead, type PlayedMedia } from '../playback/answer-head.ts';
import { rangeNotSatisfiable, versionMismatch } from '../playback/unmet.ts';
import type { Renditions, Wanted } from '../renditions/renditions.ts';
import { callerLeft } from './caller-left.ts';
import { sendStored } from './send-stored.ts';
import { stillWorking } from './still-working.ts';

export interface ConvertedParts {
  ground: Pick<Ground, 'recordings'>;
  conversions: Conversions;
  renditions: Renditions;
  logger: Logger;
}

interface Playing {
  media: MediaRow;
  key: BlobKey;
  target: Target;
  download: string | undefined;
}

export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const tell = ({ logger }: Pick<ConvertedParts, 'logger'>, mediaId: string, error: unknown): void => {
  if (error instanceof DomainError && error.code === 'audio-unreadable') conversionsUnreadable.inc();
  logger.warn({ err: error, mediaId }, 'a recording was not converted');
};

/** Format with everything that it is made by. */
const renditionOf = ({ format, sampleRate, kilobits, lufs }: Target): string =>
  [format, sampleRate, ...(kilobits === null ? [] : [kilobits]), ...(lufs === null ? [] : [`lufs${lufs}`])].join('.');

/** A converted recording as it is answered: with a tag of its own. */
export const playedAs = (
  target: Target,
  { sha256, storedAt }: Pick<PlayedMedia, 'sha256' | 'storedAt'>,
): PlayedMedia => ({
  contentType: target.contentType,
  bytes: target.bytes,
  sha256: `${sha256}.${renditionOf(target)}`,
  storedAt,
});

/**
 * GET and HEAD of a recording in another format than it is stored in: as it was made the first time where that is kept,
 * else converted now.
 */
export const playConverted = async (
  parts: ConvertedParts,
  { media, key, target, download }: Playing,
  exchange: Exchange,
): Promise<unknown> => {
  const rendition = renditionOf(target);
  const wanted: Wanted = { key, home: media, rendition, bytes: target.bytes };
  const played = playedAs(target, media);
  if (await isPlayedKept(parts, { wanted, played, download }, exchange)) return exchange.reply;
  const sound = { contentType: media.contentType, sampleRate: media.sampleRate, bytes: media.bytes };
  const open = () => parts.ground.recordings.open(key, media);
  const pass = (converted: Readable) => parts.renditions.keeping(wanted, converted);
  return convert(parts, { mediaId: key.mediaId, played, download, order: { sound, target }, open, pass }, exchange);
};

interface Giving {
  wanted: Wanted;
  played: PlayedMedia;
  download: string | undefined;
}

/** False when it is not kept, or cannot be had just now. No reply is handed on: who awaits one, awaits its end. */
const isPlayedKept = async (
  parts: ConvertedParts,
  { wanted, played, download }: Giving,
  { request, reply }: Exchange,
): Promise<boolean> => {
  const kept = await parts.renditions.find(wanted);
  if (kept === null) return false;
  const { status, headers, body } = answerHead(played, { headers: request.headers, download });
  if (status === 412) throw versionMismatch();
  if (status === 416) throw rangeNotSatisfiable(played.bytes);
  if (body === null || request.method === 'HEAD') {
    void reply.status(status).headers(headers).send();
    return true;
  }
  const range = body === 'all' ? { start: 0, end: played.bytes - 1 } : body;
  const stored = await parts.renditions.open(wanted, kept, range);
  if (stored === null) return false;
  await sendStored(parts, stored, { range, reply: reply.status(status).headers(headers) });
  return true;
};

/** What is converted for one listener. */
export interface Conversion {
  mediaId: string;
  played: PlayedMedia;
  download: string | undefined;
  order: ConversionOrder;
  open(): Promise<Readable>;
  /** Passes what comes on to the listener. */
  pass(converted: Readable): AsyncIterable<Buffer>;
}

/**
 * Its length is in the header, and an answer that is shorter is broken off. Ranges are not offered: each would convert
 * everything in front of it.
 */
export const convert = async (
  parts: Pick<ConvertedParts, 'conversions' | 'logger'>,
  { mediaId, played, download, order, open, pass }: Conversion,
  { request, reply }: Exchange,
): Promise<unknown> => {
  const { range: _none, ...headers } = request.headers;
  const head = answerHead(played, { headers, download });
  if (head.status === 412) throw versionMismatch();
  const answering = (): FastifyReply => reply.status(head.status).headers({ ...head.headers, 'accept-ranges': 'none' });
  if (head.body === null || request.method === 'HEAD') return answering().send();
  const left = callerLeft(reply);
  try {
    const beginning = parts.conversions.begin(open, order, left);
    // All of it is heard once before it begins.
    const stream = await (order.target.lufs === null ? beginning : stillWorking(reply, beginning));
    stream.on('error', (error) => {
      if (!left.aborted) tell(parts, mediaId, error);
    });
    return answering().send(Readable.from(pass(stream), { objectMode: false }));
  } catch (error) {
    if (left.aborted) return reply.send();
    if (error instanceof DomainError && error.code === 'audio-unreadable') tell(parts, mediaId, error);
    throw error;
  }
};
