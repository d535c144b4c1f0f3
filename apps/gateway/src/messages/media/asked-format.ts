import type { AudioFormat, MessageItem } from '@aftertone/contracts';
import { rejected } from '@aftertone/kernel';
import Negotiator from 'negotiator';

/** What a recording can be had in besides what it is. */
const converted = { 'audio/mpeg': 'mp3', 'audio/wav': 'wav' } as const;
const convertedTypes = Object.keys(converted) as (keyof typeof converted)[];

const isConverted = (type: string): type is keyof typeof converted => Object.hasOwn(converted, type);

/**
 * The format that a listener wants: the one asked for, or, by `Accept` (RFC 9110, section 12.5.1), as it is wherever that
 * is accepted at all, since each conversion loses something.
 * @throws DomainError `not-acceptable`
 */
export const askedFormat = (
  asked: AudioFormat | undefined,
  accept: string | undefined,
  { content }: Pick<MessageItem, 'content'>,
): AudioFormat => {
  if (asked !== undefined || accept === undefined || content.type !== 'voice') return asked ?? 'original';
  const negotiator = new Negotiator({ headers: { accept } });
  if (negotiator.mediaType([content.contentType]) !== undefined) return 'original';
  const type = negotiator.mediaType(convertedTypes);
  if (type !== undefined && isConverted(type)) return converted[type];
  const there = [...new Set([content.contentType, ...convertedTypes])].join(', ');
  throw rejected('not-acceptable', `The recording can be had as ${there}, and Accept names none of these.`);
};
