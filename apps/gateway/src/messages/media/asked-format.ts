import type { AudioContentType, AudioFormat } from '@aftertone/contracts';
import Negotiator from 'negotiator';

/** What a recording can be had in besides what it is. */
const converted = { 'audio/mpeg': 'mp3', 'audio/wav': 'wav' } as const;
const convertedTypes = Object.keys(converted) as (keyof typeof converted)[];

const isConverted = (type: string): type is keyof typeof converted => Object.hasOwn(converted, type);

/** Other names that players have for the same. */
const aliases: Readonly<Record<string, AudioContentType>> = {
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-aac': 'audio/aac',
  'audio/x-flac': 'audio/flac',
};

/** Types by our names, and of their parameters the weight alone: codecs and rates are not what is negotiated here. */
const plain = (accept: string): string =>
  accept
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
      return [aliases[type] ?? type, ...parameters.filter((parameter) => parameter.startsWith('q='))].join(';');
    })
    .join(',');

/** What a listener has asked for by name. */
export interface AskedSound {
  format?: AudioFormat | undefined;
  /** As loud as others. */
  normalize?: boolean | undefined;
}

/**
 * The format that a listener wants: the one asked for, or, by `Accept` (RFC 9110, section 12.5.1), as it is wherever that
 * is accepted at all, since each conversion loses something. Who accepts nothing that there is gets it as it is, too; but
 * who wants it as loud as others gets it converted in any case.
 */
export const askedFormat = (
  { format, normalize = false }: AskedSound,
  accept: string | undefined,
  stored: AudioContentType,
): AudioFormat => {
  if (format !== undefined) return format;
  const otherwise = normalize ? 'mp3' : 'original';
  if (!accept) return otherwise;
  const negotiator = new Negotiator({ headers: { accept: plain(accept) } });
  if (!normalize && negotiator.mediaType([stored]) !== undefined) return 'original';
  const type = negotiator.mediaType(convertedTypes);
  return type !== undefined && isConverted(type) ? converted[type] : otherwise;
};
