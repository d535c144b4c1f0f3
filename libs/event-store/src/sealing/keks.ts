import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { openBox, sealBox } from './box.ts';

/** A key-encryption key: it wraps the data keys of streams and is never stored. */
export interface Kek {
  /** Written beside what it wrapped, so that a rotated key is recognised. At most 64 bytes. */
  id: string;
  /** Of 32 bytes. */
  key: KeyObject;
}

/**
 * Reads the setting: `<id>:<base64>` entries, separated by commas. The first wraps, all unwrap. An entry without an id
 * is named by its fingerprint.
 *
 * @throws Error naming the entry that is not 32 bytes of base64
 */
export function parseKeks(setting: string): readonly [Kek, ...Kek[]] {
  const [first, ...others] = setting.split(',').map((entry, index) => {
    const [, id, encoded] = /^(?:([\w.-]{1,64}):)?([A-Za-z0-9+/_-]+=*)$/.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64');
    if (key.length !== 32) throw new Error(`key-encryption key ${index + 1} is not 32 bytes of base64`);
    return { id: id ?? createHash('sha256').update(key).digest('hex').slice(0, 16), key: createSecretKey(key) };
  });
  if (first === undefined) throw new Error('no key-encryption key is given');
  return [first, ...others];
}

/** The key-encryption keys of a process: wraps and unwraps data keys. */
export class KeyRing {
  readonly #keks: readonly [Kek, ...Kek[]];

  constructor(keks: readonly [Kek, ...Kek[]]) {
    this.#keks = keks;
  }

  /** The one that wraps new data keys. */
  get current(): Kek {
    return this.#keks[0];
  }

  /** @param binding what the data key belongs to: it opens only with the same */
  wrap(dataKey: Buffer, binding: string): Buffer {
    return Buffer.concat([this.currentPrefix, sealBox(dataKey, this.current.key, binding)]);
  }

  /** @throws Error when the key that wrapped is not among ours, or is another one of the same name */
  unwrap(wrapped: Buffer, binding: string): Buffer {
    const { id, box } = splitWrapped(wrapped);
    const kek = this.#keks.find((candidate) => candidate.id === id);
    if (kek === undefined) throw new Error(`key-encryption key "${id}" is in use but not configured`);
    try {
      return openBox(box, kek.key, binding);
    } catch (error) {
      throw new Error(`key-encryption key "${id}" is not the one that sealed this store`, { cause: error });
    }
  }

  /** How everything begins that the current key wrapped. */
  get currentPrefix(): Buffer {
    const name = Buffer.from(this.current.id);
    return Buffer.concat([Buffer.from([name.length]), name]);
  }
}

function splitWrapped(wrapped: Buffer): { id: string; box: Buffer } {
  const length = wrapped[0] ?? 0;
  return { id: wrapped.toString('utf8', 1, 1 + length), box: wrapped.subarray(1 + length) };
}
