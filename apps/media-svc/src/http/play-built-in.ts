import { createReadStream } from 'node:fs';
import type { AudioFormat } from '@aftertone/contracts';
import { targetOf } from '../audio/conversion/target.ts';
import { answerHead } from '../playback/answer-head.ts';
import { rangeNotSatisfiable, versionMismatch } from '../playback/unmet.ts';
import type { BuiltInAudio } from '../prompts/built-in-audio.ts';
import { type ConvertedParts, convert, type Exchange, playedAs } from './play-converted.ts';

interface Playing {
  audio: BuiltInAudio;
  format: AudioFormat;
  /** As loud as others; undefined: as the installation has it. */
  normalize: boolean | undefined;
  download: string | undefined;
}

/** GET and HEAD of a clip that comes with Aftertone. A conversion is not kept: a clip of seconds takes milliseconds. */
export const playBuiltIn = async (
  parts: Pick<ConvertedParts, 'conversions' | 'logger'>,
  { audio, format, normalize, download }: Playing,
  exchange: Exchange,
): Promise<unknown> => {
  const target =
    format === 'original' ? null : targetOf(format, audio, parts.conversions.making({ quality: null }, normalize));
  if (target !== null) {
    const order = { sound: audio, target };
    const open = async () => createReadStream(audio.file);
    const played = playedAs(target, audio);
    return convert(
      parts,
      { mediaId: audio.mediaId, played, download, order, open, pass: (stream) => stream },
      exchange,
    );
  }
  const { request, reply } = exchange;
  const { status, headers, body } = answerHead(audio, { headers: request.headers, download });
  void reply.status(status).headers(headers);
  if (status === 412) throw versionMismatch();
  if (status === 416) throw rangeNotSatisfiable(audio.bytes);
  if (body === null || request.method === 'HEAD') return reply.send();
  return reply.send(createReadStream(audio.file, body === 'all' ? {} : body));
};
