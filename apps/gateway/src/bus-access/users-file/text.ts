import { type BusLogin, busUserOf } from '../logins.ts';
import { busRights, connectionTypes } from '../rights.ts';

/** A log-in and the bcrypt hash of its token. */
export interface FileLogin {
  login: BusLogin;
  passwordHash: string;
}

const list = (subjects: readonly string[]): string => `[${subjects.map((subject) => `"${subject}"`).join(', ')}]`;

const entry = ({ login, passwordHash }: FileLogin): string | null => {
  const rights = busRights(login.permissions);
  if (rights === null) return null;
  const sides = (['subscribe', 'publish'] as const).map(
    (side) => `${side}: { allow: ${list(rights[side].allow)}, deny: ${list(rights[side].deny)} }`,
  );
  return `{ user: "${busUserOf(login.tokenId)}", password: "${passwordHash}", allowed_connection_types: ${list(connectionTypes)}, permissions: { ${sides.join(', ')} } }`;
};

/**
 * What the server's configuration includes in the account of other software: its users, in a fixed order. Leaves out who
 * has subjects that the server would not take.
 */
export const usersFileText = (logins: readonly FileLogin[]): string => {
  const entries = logins.map(entry).filter((text) => text !== null);
  return ['users: [', ...entries.sort().map((text) => `  ${text}`), ']', ''].join('\n');
};
