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

Environment: DATABASE_URL_MAILBOX, AFTERTONE_KEK, NATS_URL, NATS_USER, NATS_PASSWORD, AFTERTONE_CELL.`;

const text = { type: 'string' } as const;

/** Reads a command line without its topic; a text says what is wrong with it. */
export const readCommand = (args: readonly string[]): Wanted | string => {
  const read = readArguments(args, { 'dry-run': { type: 'boolean' }, tenant: text, mailbox: text });
  if (read === null || read.positionals.join(' ') !== 'sweep') return usage;
  const { 'dry-run': dryRun = false, tenant: tenantId, mailbox: mailboxId } = read.values;
  for (const [name, id] of Object.entries({ tenant: tenantId, mailbox: mailboxId })) {
    if (id !== undefined && !isId(id))
      return `--${name} must be an id such as 01a1fbfb-aa4d-7348-b37a-d5a39c81ff20.\n${usage}`;
  }
  return { dryRun, scope: { tenantId, mailboxId } };
};
