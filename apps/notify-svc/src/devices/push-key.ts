import { ECDH } from 'node:crypto';

/** Whether this is the key of a device in base64url: an uncompressed point on P-256 (RFC 8291). */
export const isPushKey = (text: string): boolean => {
  const key = Buffer.from(text, 'base64url');
  if (key.length !== 65 || key[0] !== 4) return false;
  try {
    ECDH.convertKey(key, 'prime256v1');
    return true;
  } catch {
    return false;
  }
};
