import { z } from 'zod';
import { id, instant, language, shortText } from './common.ts';

/** The service that carries pushes to a device: a browser's, Google's or Apple's. */
export const pushPlatform = z.enum(['webpush', 'fcm', 'apns']);
export type PushPlatform = z.output<typeof pushPlatform>;

const about = {
  /** For people, who see their devices listed. */
  name: shortText.min(1, 'must not be empty').nullable().default(null),
  /** Of what it shows; null: as the user has it. */
  language: language.nullable().default(null),
};

const base64url = (bytes: number) => {
  const letters = Math.ceil((bytes * 4) / 3);
  return z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${letters}}={0,2}$`), `must be ${bytes} bytes in base64url`);
};

/** What push services know a device by. Whoever has it can write to the device: it is kept sealed and never read back. */
export const newDevice = z.discriminatedUnion('platform', [
  /** A browser's `PushSubscription`, subscribed with the key of `GET /v1/push/vapid-key`. */
  z.strictObject({
    platform: z.literal('webpush'),
    endpoint: z.url('must be a URL').max(2_048),
    p256dh: base64url(65),
    auth: base64url(16),
    ...about,
  }),
  z.strictObject({
    platform: z.literal('fcm'),
    token: z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'must be a registration token of FCM'),
    ...about,
  }),
  z.strictObject({
    platform: z.literal('apns'),
    token: z
      .string()
      .regex(/^[0-9a-fA-F]{64,200}$/, 'must be a device token of APNs in hexadecimal')
      .overwrite((text) => text.toLowerCase()),
    /** Bundle id of the app; null: the one that this installation is set to. */
    topic: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,200}$/, 'must be a bundle id')
      .nullable()
      .default(null),
    /** `sandbox` for apps in development. */
    environment: z.enum(['production', 'sandbox']).default('production'),
    ...about,
  }),
]);
export type NewDevice = z.output<typeof newDevice>;

/** A device to which a user gets pushes. */
export const device = z.object({
  id,
  platform: pushPlatform,
  name: z.string().nullable(),
  language: language.nullable(),
  /** When this user registered it first. */
  createdAt: instant,
  /** When its push service took a push last; null: it has taken none yet. */
  lastSuccessAt: instant.nullable(),
});
export type Device = z.output<typeof device>;

/** The public half of the key that signs our Web Pushes (RFC 8292), as browsers want it for `applicationServerKey`. */
export const vapidKey = z.object({ publicKey: z.string() });
