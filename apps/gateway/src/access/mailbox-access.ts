import type { Right } from '@aftertone/contracts';

/** What follows `aftertone.mailboxes.<id>.` in the access that stands for a right. */
export const mailboxAccess: Readonly<Record<Right, string>> = {
  listen: 'messages.read',
  mark: 'messages.update',
  move: 'messages.move',
  delete: 'messages.delete',
  restore: 'messages.restore',
  settings: 'update',
  greetings: 'greetings.update',
  deposit: 'messages.create',
};

export const accessTo = (mailboxId: string, of: Right): string =>
  `aftertone.mailboxes.${mailboxId}.${mailboxAccess[of]}`;

export const isDenial = (pattern: string): boolean => pattern.startsWith('!');

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const naming = new RegExp(`^!?aftertone\\.mailboxes\\.(${uuid})\\.`);
const segment = new RegExp(`(?<=\\.)${uuid}(?=\\.|$)`, 'g');

/** The mailbox that a pattern names. */
export const named = (pattern: string): string | undefined => naming.exec(pattern)?.[1];

/** Every id in the denials of an ACL, also where it stands behind a wildcard. */
export const deniedIds = (acl: readonly string[]): string[] => [
  ...new Set(acl.filter(isDenial).flatMap((pattern) => pattern.match(segment) ?? [])),
];
