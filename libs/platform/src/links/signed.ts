import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../hmac.ts';

/** The first one signs; all of them verify, so that a secret can be replaced while what it signed still holds. */
export type LinkSecrets = readonly [string, ...string[]];

const macBytes = 32;

/** `purpose` keeps what was signed for one thing from being shown as another. */
const macOf = (purpose: string, content: Uint8Array, secret: string): Buffer =>
  hmacSha256(secret, `${purpose}\n`, content);

/** base64url of the content with its HMAC-SHA256 behind it. */
export const sign = ([secret]: LinkSecrets, purpose: string, content: Uint8Array): string =>
  Buffer.concat([content, macOf(purpose, content, secret)]).toString('base64url');

/** The content of a text that was signed for this purpose; undefined for any other text. */
export const readSigned = (secrets: LinkSecrets, purpose: string, text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  // Decoding forgives what does not belong there: one content has one text.
  if (bytes.length <= macBytes || bytes.toString('base64url') !== text) return undefined;
  const content = bytes.subarray(0, -macBytes);
  const mac = bytes.subarray(-macBytes);
  return secrets.some((secret) => timingSafeEqual(mac, macOf(purpose, content, secret))) ? content : undefined;
};
