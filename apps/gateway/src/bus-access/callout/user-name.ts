import { createHash } from 'node:crypto';
import { type BusLogin, busUserOf } from '../logins.ts';
import { busRights } from '../rights.ts';

/** Of the permissions and the end of a log-in: another one means that a connection has the wrong ones. */
const fingerprint = ({ permissions, expiresAt }: BusLogin): string =>
  createHash('sha256')
    .update(JSON.stringify([busRights(permissions), expiresAt]))
    .digest('base64url')
    .slice(0, 22);

/**
 * What a connection is called once it is in: its NATS user, and a fingerprint of what it may do, which any process can
 * read again in the server's list of connections.
 */
export const admittedName = (login: BusLogin): string => `${busUserOf(login.tokenId)}.${fingerprint(login)}`;

/** Token id of an admitted name; undefined when it is none. */
export const tokenIdOf = (name: string): string | undefined => /^tok-([^.]+)\.[A-Za-z0-9_-]{22}$/.exec(name)?.[1];

/** Whether somebody with this token may call himself so: as at the first time, or as the server calls him since. */
export const isUserOf = (name: string, tokenId: string): boolean =>
  name === busUserOf(tokenId) || tokenIdOf(name) === tokenId;
