import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const keys = new Map<string, KeyObject>();
/** A process has a handful of secrets. */
const most = 100;

/** Node takes a text or bytes for what might be a key object first, and the error inside costs more than all the rest. */
const keyOf = (secret: string): KeyObject => {
  let key = keys.get(secret);
  if (key === undefined) {
    key = createSecretKey(secret, 'utf8');
    if (keys.size >= most) keys.clear();
    keys.set(secret, key);
  }
  return key;
};

/** HMAC-SHA256 of the parts one behind the other. */
export const hmacSha256 = (secret: string, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hmac = createHmac('sha256', keyOf(secret));
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};
