import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { WebPushDevice } from './web-push.ts';

const saltBytes = 16;
const tagBytes = 16;
const endOfRecord = 2;

/** A browser that is subscribed at `endpoint`: what it shows to us, and how it reads what it is sent (RFC 8188, 8291). */
export const givenBrowser = (endpoint: string) => {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  const auth = randomBytes(16);
  const device: WebPushDevice = {
    endpoint,
    keys: { p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') },
  };
  const derive = (secret: Buffer, salt: Buffer, info: Buffer | string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));

  const read = (body: Buffer): unknown => {
    const salt = body.subarray(0, saltBytes);
    const keyLength = body.readUInt8(saltBytes + 4);
    const theirKey = body.subarray(saltBytes + 5, saltBytes + 5 + keyLength);
    const record = body.subarray(saltBytes + 5 + keyLength);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), theirKey]);
    const secret = derive(keys.computeSecret(theirKey), auth, info, 32);
    const contentKey = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
    const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
    const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce).setAuthTag(record.subarray(-tagBytes));
    const padded = Buffer.concat([decipher.update(record.subarray(0, -tagBytes)), decipher.final()]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(endOfRecord)).toString('utf8'));
  };
  return { device, read };
};
