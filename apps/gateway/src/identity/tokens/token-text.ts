import { createHash, randomBytes } from 'node:crypto';

const pattern = /^at_[A-Za-z0-9_-]{43}$/;

/** A new opaque token: `at_` and 256 random bits. */
export const newTokenText = (): string => `at_${randomBytes(32).toString('base64url')}`;

/** Whether it can be one of ours at all; anything else is not looked up. */
export const isTokenText = (text: string): boolean => pattern.test(text);

/** Hex SHA-256: a random token needs no slow hash, and a stolen table gives nobody a token. */
export const tokenHash = (text: string): string => createHash('sha256').update(text).digest('hex');
