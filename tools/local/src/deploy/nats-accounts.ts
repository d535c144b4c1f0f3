import { accountsBlock } from '../nats/accounts.ts';
import { busUsers, systemUser } from '../supervisor/bus-users.ts';

/** Environment variables of a NATS server with these accounts: a password for each user, public halves of the gateway's keys. */
export const NATS_VARIABLES = {
  mailbox: 'NATS_PASSWORD_MAILBOX',
  media: 'NATS_PASSWORD_MEDIA',
  notify: 'NATS_PASSWORD_NOTIFY',
  gateway: 'NATS_PASSWORD_GATEWAY',
  admin: 'NATS_PASSWORD_ADMIN',
  system: 'NATS_PASSWORD_SYSTEM',
  issuer: 'NATS_CALLOUT_ISSUER',
  curve: 'NATS_CALLOUT_CURVE',
} as const;

/**
 * Accounts and users of one cell for a NATS server (2.10 or later) that somebody else runs: the same ones that `npm start`
 * makes, without a secret in them. The server reads those from its environment.
 */
export function natsAccounts(cell: string): string {
  const reference = (name: keyof typeof NATS_VARIABLES) => `$${NATS_VARIABLES[name]}`;
  const passwords = {
    mailbox: reference('mailbox'),
    media: reference('media'),
    notify: reference('notify'),
    gateway: reference('gateway'),
    admin: reference('admin'),
  };
  const block = accountsBlock(busUsers(cell, passwords), {
    system: systemUser(reference('system')),
    by: { callout: { issuer: reference('issuer'), curve: reference('curve') } },
  });
  // What is quoted is text to the server and no reference.
  const text = block.replace(/"(\$[A-Z_]+)"/g, '$1');
  return `# Generated: npm run -s deploy -- nats-accounts --cell ${cell} > deploy/k8s/nats/accounts.conf\n${text}`;
}
