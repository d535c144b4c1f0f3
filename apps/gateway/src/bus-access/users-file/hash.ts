import { hash } from '@node-rs/bcrypt';

/**
 * The server knows no faster hash. A token is 256 random bits, so that nobody finds it by trying, however cheap a try;
 * and the server computes the hash again for every open connection whenever it reads its users.
 */
const cost = 4;

/** Bcrypt hash of a token, as the server takes it in place of a password. */
export const busPasswordHash = (token: string): Promise<string> => hash(token, { cost, version: '2a' });
