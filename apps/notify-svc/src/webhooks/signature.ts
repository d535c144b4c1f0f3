import { createHmac, randomBytes } from 'node:crypto';

// Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

const prefix = 'whsec_';
/** Bytes of a secret, by the specification. */
const fewestBytes = 24;
const mostBytes = 64;
const newSecretBytes = 32;

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64');

/** A new secret: `whsec_` and random bytes in base64. */
export const newSigningSecret = (): string => prefix + randomBytes(newSecretBytes).toString('base64');

/** Whether a text is a secret to sign with: `whsec_` and 24 to 64 bytes in base64. */
export const isSigningSecret = (text: string): boolean => {
  if (!text.startsWith(prefix)) return false;
  const key = keyOf(text);
  // Node skips what is not base64; a secret that was mistyped would sign what nobody can verify.
  return key.length >= fewestBytes && key.length <= mostBytes && key.toString('base64') === text.slice(prefix.length);
};

export interface SignedContent {
  /** The same for every attempt: receivers know a repeat by it. Without a full stop, which separates what is signed. */
  id: string;
  /** Of this attempt. */
  at: Date;
  body: string;
}

/** Headers that let a receiver with any one of the secrets verify who sent the body, and when. */
export const signatureHeaders = ({ id, at, body }: SignedContent, secrets: readonly [string, ...string[]]) => {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
};
