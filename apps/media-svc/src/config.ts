import { busSettings, databaseUrl, grantSettings, integer, keySettings, serverSettings } from '@aftertone/platform';
import { z } from 'zod';
import { type Mp3Kilobits, mp3Kilobits } from './audio/conversion/target.ts';
import { checkStorages, storageSettings } from './storages/settings.ts';

const kilobits = (usual: Mp3Kilobits) => z.coerce.number().pipe(z.literal(mp3Kilobits)).default(usual);

const settings = z.object({
  ...serverSettings,
  ...busSettings,
  ...keySettings,
  ...grantSettings,
  DATABASE_URL_MEDIA: databaseUrl,
  ...storageSettings,
  /** Folder on a persistent volume of this replica alone: what the storage does not take at once. */
  MEDIA_SPOOL_PATH: z.string(),
  /** What may lie there; more is refused. */
  MEDIA_SPOOL_MAX_BYTES: integer(1, 999_999_999_999_999).default(10_000_000_000),
  /** Where other replicas reach this one, `{host}` being its host name; by default its host name and port. */
  MEDIA_REPLICA_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/]+$/, 'must be http:// or https://, a host and a port')
    .optional(),
  /** Uploads and conversions of this process that are in memory, all together; what does not fit goes on in files of the spool's disk. */
  MEDIA_UPLOAD_MEMORY_BYTES: integer(0, 10_000_000_000).default(67_108_864),
  /** Whoever follows redirects hears a recording from its storage by a signed URL, where the storage has these. */
  MEDIA_REDIRECT_DOWNLOADS: z.stringbool().default(false),
  /** Largest recording, whatever a grant allows. */
  MEDIA_MAX_BYTES: integer(1, 2_000_000_000).default(100_000_000),
  /** Uploads that run at once in this process; more are asked to try again. */
  MEDIA_MAX_UPLOADS: integer(1, 10_000).default(256),
  /** An upload of which nothing comes for so long is cut off. */
  MEDIA_UPLOAD_IDLE_SECONDS: integer(1, 3_600).default(30),
  /** Recordings that are converted at once in this process, each in a thread of its own. */
  MEDIA_MAX_CONVERSIONS: integer(1, 256).default(2),
  /** Others that wait for one of these; more are asked to try again. */
  MEDIA_CONVERSIONS_WAITING: integer(0, 10_000).default(64),
  /** A conversion that takes longer is given up. What could not be kept is there for its listeners for so long, too. */
  MEDIA_CONVERSION_SECONDS: integer(1, 3_600).default(300),
  /** Bit rate, kbit/s, of MP3 made from recordings of up to 8 kHz. */
  MEDIA_MP3_KILOBITS_NARROW: kilobits(24),
  /** The same for all others, which become 16 kHz. */
  MEDIA_MP3_KILOBITS_WIDE: kilobits(32),
  /** Whoever asks for WAV or MP3 without saying how loud gets all recordings equally loud. */
  MEDIA_NORMALIZE: z.stringbool().default(false),
  /** How loud that is, as a whole, in LUFS (EBU R 128). */
  MEDIA_LOUDNESS_LUFS: z.coerce.number().min(-36).max(-12).default(-23),
  /** How much longer mailbox-svc's events must be known than a recording exists, before it counts as unused; it takes them for 12. */
  MEDIA_ORPHAN_AFTER_HOURS: integer(13, 8_760).default(24),
  /** How long a recording stays after the last message that plays it was purged. */
  MEDIA_RELEASE_GRACE_MINUTES: integer(0, 525_600).default(60),
  /** Pause between two looks for recordings that nobody needs. */
  MEDIA_HOUSEKEEPING_SECONDS: integer(1, 86_400).default(300),
});

/** The environment of media-svc. */
export const configSchema = settings.superRefine(checkStorages);
export type Config = z.output<typeof settings>;
