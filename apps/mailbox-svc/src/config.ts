import { busSettings, databaseUrl, keySettings, serverSettings } from '@aftertone/platform';
import { z } from 'zod';

/** The environment of mailbox-svc. */
export const configSchema = z.object({
  ...serverSettings,
  ...busSettings,
  ...keySettings,
  DATABASE_URL_MAILBOX: databaseUrl,
});
export type Config = z.output<typeof configSchema>;
