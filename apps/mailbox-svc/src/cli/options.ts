import { isId } from '@aftertone/kernel';
import { readArguments } from '@aftertone/platform';
import type { Scope } from '../retention/ruled-mailboxes.query.ts';

export interface Wanted {
  dryRun: boolean;
  scope: Scope;
}

export const usage = `Usage:
  retention sweep [--dry-run] [--tenant <id>] [--mailbox <id>]
                    takes away now what is to go by the rules of tenants and mailboxes; with --dry-run it changes nothing,
                    and lists what would go: what, rule, since when, bytes, tenant, mailbox, message

Environment: DATABASE_URL_MAILBOX, AFTERTONE_KEK.`;

const text = { type: 'string' } as const;

/** Reads a command line without its topic; null when it is wrong. */
export const readCommand = (args: readonly string[]): Wanted | null => {
  const read = readArguments(args, { 'dry-run': { type: 'boolean' }, tenant: text, mailbox: text });
  if (read === null || read.positionals.join(' ') !== 'sweep') return null;
  const { 'dry-run': dryRun = false, tenant: tenantId, mailbox: mailboxId } = read.values;
  if ([tenantId, mailboxId].some((id) => id !== undefined && !isId(id))) return null;
  return { dryRun, scope: { tenantId, mailboxId } };
};
