import { busSettings, databaseUrl, integer, keySettings, serverSettings } from '@aftertone/platform';
import { z } from 'zod';

/** The environment of mailbox-svc. */
export const configSchema = z.object({
  ...serverSettings,
  ...busSettings,
  ...keySettings,
  DATABASE_URL_MAILBOX: databaseUrl,
  /** Pause between two looks for messages that are to go by the rules of mailboxes and tenants. */
  MAILBOX_RETENTION_SECONDS: integer(1, 86_400).default(3_600),
});
export type Config = z.output<typeof configSchema>;
