import type { BusPermissions } from './logins.ts';

/** What the server is told about one side; an empty `allow` and `deny` would mean everything. */
export interface SubjectRights {
  allow: string[];
  deny: string[];
}

/** Permissions as the server takes them, from a user of its configuration or from a JWT. */
export interface BusRights {
  subscribe: SubjectRights;
  publish: SubjectRights;
}

const token = /^[^\s.*>"\\\p{Cc}]+$/u;

/** Whether it is a subject, perhaps with wildcards, that the server's configuration can hold. */
const isPattern = (subject: string): boolean => {
  const tokens = subject.split('.');
  return tokens.every((part, at) => part === '*' || (part === '>' && at === tokens.length - 1) || token.test(part));
};

/** The server takes an empty list for "everything"; here it is nothing. */
const only = (allow: readonly string[], deny: readonly string[] = []): SubjectRights =>
  allow.length === 0 ? { allow: [], deny: ['>'] } : { allow: [...allow].sort(), deny: [...deny].sort() };

/**
 * What the server is to be told of these permissions. Null when one of the subjects is none: leaving it out would widen
 * what a `deny` keeps back, and the server would refuse a file that holds it, with everybody else in it.
 */
export const busRights = ({ subscribe, publish }: BusPermissions): BusRights | null => {
  if (![...subscribe.allow, ...subscribe.deny, ...publish].every(isPattern)) return null;
  return { subscribe: only(subscribe.allow, subscribe.deny), publish: only(publish) };
};

/** How these log-ins may connect: as clients, never as another server. */
export const connectionTypes = ['STANDARD', 'WEBSOCKET'] as const;
