import { cleanDetail } from '../masking/clean-detail.ts';
import type { HttpResult } from './http-out.ts';

const longestQuote = 200;

/** `Bearer abc`: the token alone is secret, too. */
const withParts = (secret: string): string[] => [secret, ...secret.split(/[\s,]+/)];

/**
 * The detail of a call with what the other side said of it, at most 200 characters. Only for who tries something out:
 * an answer may quote what was sent in any spelling, of which those are hidden that we send ourselves.
 *
 * @param secrets what went along and must not come back
 */
export const quotedDetail = ({ status, detail, body }: HttpResult, secrets: readonly string[]): string => {
  if (status === null || status < 400) return detail;
  const quote = cleanDetail(body, secrets.flatMap(withParts)).slice(0, longestQuote);
  return quote === '' ? detail : `${detail}: ${quote}`;
};
