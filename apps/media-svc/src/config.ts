import { busSettings, databaseUrl, grantSettings, integer, keySettings, serverSettings } from '@aftertone/platform';
import { z } from 'zod';

/** The environment of media-svc. */
export const configSchema = z.object({
  ...serverSettings,
  ...busSettings,
  ...keySettings,
  ...grantSettings,
  DATABASE_URL_MEDIA: databaseUrl,
  /** Folder of the recordings: on one file system, and on one volume for all replicas. */
  MEDIA_STORAGE_PATH: z.string(),
  /** Largest recording, whatever a grant allows. */
  MEDIA_MAX_BYTES: integer(1, 2_000_000_000).default(100_000_000),
  /** Uploads that run at once in this process; more are asked to try again. */
  MEDIA_MAX_UPLOADS: integer(1, 10_000).default(256),
  /** An upload of which nothing comes for so long is cut off. */
  MEDIA_UPLOAD_IDLE_SECONDS: integer(1, 3_600).default(30),
  /** How much longer mailbox-svc's events must be known than a recording exists, before it counts as unused. */
  MEDIA_ORPHAN_AFTER_HOURS: integer(0, 8_760).default(24),
  /** How long a recording stays after the last message that plays it was purged. */
  MEDIA_RELEASE_GRACE_MINUTES: integer(0, 525_600).default(60),
  /** Pause between two looks for recordings that nobody needs. */
  MEDIA_HOUSEKEEPING_SECONDS: integer(1, 86_400).default(300),
});
export type Config = z.output<typeof configSchema>;
