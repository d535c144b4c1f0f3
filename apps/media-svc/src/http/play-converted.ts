import { finished, type Readable } from 'node:stream';
import type { Logger } from '@aftertone/platform';
import type { FastifyReply } from 'fastify';
import type { Target } from '../audio/conversion/target.ts';
import type { BlobKey, ByteRange } from '../blobs/blob-store.ts';
import type { Ground } from '../ground/ground.ts';
import type { MediaRow } from '../media/catalogue/media-row.ts';
import type { PlayedMedia } from '../playback/answer-head.ts';
import type { RenderingOrder } from '../renditions/rendering.ts';
import type { Renderings } from '../renditions/renderings.ts';
import type { Renditions, Wanted } from '../renditions/renditions.ts';
import { type Exchange, playPart } from './play-part.ts';
import { stillWorking } from './still-working.ts';

export interface ConvertedParts {
  ground: Pick<Ground, 'recordings'>;
  renderings: Renderings;
  renditions: Renditions;
  logger: Logger;
}

interface Playing {
  media: MediaRow;
  key: BlobKey;
  target: Target;
  download: string | undefined;
}

/** Format with everything that it is made by. */
export const renditionOf = ({ format, sampleRate, kilobits, lufs }: Target): string =>
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
 * else while it is made. Its length is in the header, and an answer that turns out shorter is broken off.
 */
export const playConverted = async (
  parts: ConvertedParts,
  { media, key, target, download }: Playing,
  exchange: Exchange,
): Promise<unknown> => {
  const { ground, renderings, renditions } = parts;
  const wanted: Wanted = { key, home: media, rendition: renditionOf(target) };
  const { contentType, sampleRate, bytes } = media;
  const order: RenderingOrder = {
    mediaId: key.mediaId,
    conversion: { sound: { contentType, sampleRate, bytes }, target },
    // By its length: what is shorter than that is looked for elsewhere, or missing, before an answer begins.
    open: () => ground.recordings.open(key, media, { start: 0, end: bytes - 1 }),
    keep: async (content, sha256) => {
      const kept = await renditions.keep(wanted, content, sha256);
      return kept && ((range) => renditions.open(key, kept, range));
    },
  };
  const name = `${key.tenantId}/${key.mediaId}/${key.sha256}/${wanted.rendition}`;
  const give = async (range: ByteRange): Promise<Readable> => {
    // In this order: what is kept while somebody looks for it was being made when they began to look.
    const kept = renderings.has(name) ? null : await renditions.find(wanted, range);
    return kept ?? followed(renderings, { name, order, range }, exchange.reply);
  };
  return playPart(parts, { played: playedAs(target, media), download, give }, exchange);
};

interface Following {
  name: string;
  order: RenderingOrder;
  range: ByteRange;
}

/** A part of what is being made, for one listener: it begins when it is there. */
export const followed = async (
  renderings: Renderings,
  { name, order, range }: Following,
  reply: FastifyReply,
): Promise<Readable> => {
  const rendering = renderings.join(name, order);
  finished(reply.raw, () => rendering.leave());
  await stillWorking(reply, rendering.reaches(range.start));
  return rendering.read(range);
};
