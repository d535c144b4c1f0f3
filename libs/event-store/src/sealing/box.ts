import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with a random nonce: nonce, tag, ciphertext. A data key seals the few events of one stream, a
 * key-encryption key far fewer than 2^32 data keys, so random nonces do not meet.
 *
 * @param key no bytes: Node would look first whether they are a key object, and the error inside costs three times as
 *   much as all the rest
 * @param binding authenticated with the content: the box opens only with the same
 */
export function sealBox(plain: Buffer, key: KeyObject, binding: string): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(binding));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws Error when key, binding or content are not those of the sealing */
export function openBox(box: Buffer, key: KeyObject, binding: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(binding));
  decipher.setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes));
  const plain = decipher.update(box.subarray(ivBytes + tagBytes));
  decipher.final();
  return plain;
}
