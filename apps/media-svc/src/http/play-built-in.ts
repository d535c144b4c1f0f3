import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { AudioFormat } from '@aftertone/contracts';
import type { Conversions } from '../audio/conversion/conversions.ts';
import { type Target, targetOf } from '../audio/conversion/target.ts';
import type { ByteRange } from '../blobs/blob-store.ts';
import type { BuiltInAudio } from '../prompts/built-in-audio.ts';
import type { RenderingOrder } from '../renditions/rendering.ts';
import { type ConvertedParts, followed, playedAs, renditionOf } from './play-converted.ts';
import { type Exchange, playPart } from './play-part.ts';

interface Playing {
  audio: BuiltInAudio;
  format: AudioFormat;
  /** As loud as others; undefined: as the installation has it. */
  normalize: boolean | undefined;
  download: string | undefined;
}

type Parts = Pick<ConvertedParts, 'renderings' | 'logger'> & { conversions: Conversions };

/** GET and HEAD of a clip that comes with Aftertone. A conversion is not kept: a clip of seconds takes milliseconds. */
export const playBuiltIn = async (
  parts: Parts,
  { audio, format, normalize, download }: Playing,
  exchange: Exchange,
): Promise<unknown> => {
  const target =
    format === 'original' ? null : targetOf(format, audio, parts.conversions.making({ quality: null }, normalize));
  if (target === null) {
    const give = async (range: ByteRange): Promise<Readable> => createReadStream(audio.file, range);
    return playPart(parts, { played: audio, download, give }, exchange);
  }
  const give = (range: ByteRange): Promise<Readable> =>
    followed(parts.renderings, { ...madeOf(audio, target), range }, exchange.reply);
  return playPart(parts, { played: playedAs(target, audio), download, give }, exchange);
};

const madeOf = (audio: BuiltInAudio, target: Target): { name: string; order: RenderingOrder } => ({
  name: `built-in/${audio.mediaId}/${renditionOf(target)}`,
  order: {
    mediaId: audio.mediaId,
    conversion: { sound: audio, target },
    open: async () => createReadStream(audio.file),
    keep: async () => null,
  },
});
