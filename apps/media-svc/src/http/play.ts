import { audioFormat } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Conversions } from '../audio/conversion/conversions.ts';
import { targetOf } from '../audio/conversion/target.ts';
import type { BlobKey } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import { findMedia } from '../media/catalogue/media.query.ts';
import type { MediaRow } from '../media/catalogue/media-row.ts';
import { answerHead } from '../playback/answer-head.ts';
import { builtInAudioById } from '../prompts/built-in-audio.ts';
import { playBuiltIn } from './play-built-in.ts';
import { type ConvertedParts, playConverted } from './play-converted.ts';
import { type Played, playPart } from './play-part.ts';
import { readGrant } from './read-grant.ts';
import { storedAnswer } from './stored-answer.ts';

export interface PlayParts extends ConvertedParts {
  ground: Pick<Ground, 'reads' | 'recordings'>;
  conversions: Conversions;
  grantSecret: string;
  /** Whoever follows redirects is sent to the storage itself. */
  redirects: boolean;
}

const playQuery = z.object({
  download: z.string().max(255).optional(),
  format: audioFormat.default('original'),
  /** Absent: as the installation has it. */
  normalize: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
});

const originalStays = () =>
  invalid(
    'normalize-original',
    'A recording as it came is never changed: ask for `format=wav` or `format=mp3` with it.',
  );

/** GET and HEAD. A recording that is in the asked format already goes out as it is stored. Built-in clips are everybody's. */
export const play = async (
  parts: PlayParts,
  mediaId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const { download, format, normalize } = playQuery.parse(request.query);
  if (format === 'original' && normalize === true) throw originalStays();
  const { tenantId } = readGrant(request, parts.grantSecret, 'get', mediaId);
  const builtIn = builtInAudioById(mediaId);
  if (builtIn !== undefined)
    return playBuiltIn(parts, { audio: builtIn, format, normalize, download }, { request, reply });
  const media = await findMedia(parts.ground.reads, tenantId, mediaId);
  const key = { tenantId, mediaId, sha256: media.sha256 };
  const target = format === 'original' ? null : targetOf(format, media, parts.conversions.making(media, normalize));
  if (target !== null) return playConverted(parts, { media, key, target, download }, { request, reply });
  const url = await redirectTo(parts, { media, key, download }, request);
  if (url !== null)
    return reply
      .status(302)
      .headers({ location: url, ...unrepeatable })
      .send();
  const give: Played['give'] = (range) => parts.ground.recordings.open(key, media, range);
  return playPart(parts, { played: media, download, give }, { request, reply });
};

/** By which the gateway says that its caller can be sent elsewhere. Older ones, and services that read, do not say so. */
const redirectsHeader = 'aftertone-redirects';

/** Long enough for a slow start; a player that comes back later asks us again, who may hear it being asked anew. */
const urlSeconds = 300;

/** Signed for this click: nobody may keep it. */
const unrepeatable = { 'cache-control': 'no-store', 'content-length': 0 };

const redirectTo = async (
  { ground, redirects }: PlayParts,
  { media, key, download }: { media: MediaRow; key: BlobKey; download: string | undefined },
  request: FastifyRequest,
): Promise<string | null> => {
  if (!redirects || request.method !== 'GET' || request.headers[redirectsHeader] !== 'followed') return null;
  // A condition on our tag goes along with the redirect, and a storage that has its own would say no to it.
  if (request.headers['if-match'] !== undefined) return null;
  const { headers, body } = answerHead(media, { headers: request.headers, download });
  if (body === null) return null;
  const disposition = headers['content-disposition'];
  return ground.recordings.signedUrl(key, media, {
    contentType: media.contentType,
    disposition: typeof disposition === 'string' ? disposition : undefined,
    seconds: urlSeconds,
  });
};

/** Facts and peaks. */
export const showInfo = async (
  parts: PlayParts,
  mediaId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const { tenantId } = readGrant(request, parts.grantSecret, 'get', mediaId);
  const media = await findMedia(parts.ground.reads, tenantId, mediaId);
  return reply.send({
    ...storedAnswer(mediaId, { facts: media, storedAt: media.storedAt.toISOString() }),
    sampleRate: media.sampleRate,
    channels: media.channels,
    /** 0 to 255 each; null when the sound could not be decoded. */
    peaks: media.peaks === null ? null : [...Buffer.from(media.peaks, 'base64')],
  });
};
