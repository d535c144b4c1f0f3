import { readFileSync } from 'node:fs';
import type { PushPlatform } from '@aftertone/contracts';
import { integer } from '@aftertone/platform';
import { z } from 'zod';
import type { ApnsKey } from './wire/apns-token.ts';
import { type ServiceAccount, serviceAccount } from './wire/google-access.ts';
import type { WebPushConfig } from './wire/web-push.ts';

/** What is given as it is, or as the path of a file that has it. */
const textOrFile = (isText: (text: string) => boolean) =>
  z.string().transform((text, context) => {
    if (isText(text)) return text;
    try {
      return readFileSync(text, 'utf8');
    } catch {
      context.addIssue({ code: 'custom', message: 'must be the text itself, or the path of a file that can be read' });
      return z.NEVER;
    }
  });

const account = textOrFile((text) => text.trimStart().startsWith('{')).transform((text, context): ServiceAccount => {
  try {
    return serviceAccount.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be the JSON of a service account of Google' });
    return z.NEVER;
  }
});

const base64url = (bytes: number) =>
  z
    .string()
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${bytes} bytes in base64url`)
    .optional();
const origin = z.url().overwrite((text) => text.replace(/\/+$/, ''));

/** Keys and addresses of push services. Part of notify-svc's environment; a service whose keys are not set is not used. */
export const pushSettings = {
  /** Web Push (RFC 8292): an EC P-256 key pair in base64url, and the `mailto:` or `https:` URL of the operator. */
  VAPID_PUBLIC_KEY: base64url(65),
  VAPID_PRIVATE_KEY: base64url(32),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:\S+@\S+|https:\/\/\S+)$/, 'must be a mailto: or https: URL')
    .optional(),
  /** The JSON that Google gives for a service account, or the path of a file with it. */
  FCM_SERVICE_ACCOUNT: account.optional(),
  FCM_URL: origin.default('https://fcm.googleapis.com'),
  /** The `.p8` key of Apple's developer portal, or the path of a file with it. */
  APNS_KEY: textOrFile((text) => text.includes('PRIVATE KEY')).optional(),
  APNS_KEY_ID: z.string().min(1).optional(),
  APNS_TEAM_ID: z.string().min(1).optional(),
  /** Bundle id of the app, for devices that name no other. */
  APNS_TOPIC: z.string().min(1).optional(),
  APNS_URL: origin.default('https://api.push.apple.com'),
  APNS_SANDBOX_URL: origin.default('https://api.sandbox.push.apple.com'),
  /** How long a push service keeps a push for a device that is not connected. */
  PUSH_TTL_SECONDS: integer(0, 2_419_200).default(86_400),
};

export type PushSettings = z.output<z.ZodObject<typeof pushSettings>>;

export interface ApnsSettings {
  key: ApnsKey;
  topic: string;
  urls: Readonly<Record<'production' | 'sandbox', string>>;
}

/** The push services that can be reached; null: no keys. */
export interface PushServices {
  webpush: WebPushConfig['vapid'] | null;
  fcm: { account: ServiceAccount; baseUrl: string } | null;
  apns: ApnsSettings | null;
  ttlSeconds: number;
}

/** Throws when some are set and others are not. */
const wholeOrNot = (given: Readonly<Record<string, string | undefined>>): void => {
  const names = Object.keys(given);
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return;
  throw new Error(`${missing.join(', ')} must be set as well, or none of ${names.join(', ')}`);
};

const vapidOf = (settings: PushSettings): PushServices['webpush'] => {
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject } = settings;
  wholeOrNot({ VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject });
  if (publicKey === undefined || privateKey === undefined || subject === undefined) return null;
  return { publicKey, privateKey, subject };
};

const apnsOf = (settings: PushSettings): ApnsSettings | null => {
  const { APNS_KEY: privateKey, APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic } = settings;
  wholeOrNot({ APNS_KEY: privateKey, APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic });
  if (privateKey === undefined || keyId === undefined || teamId === undefined || topic === undefined) return null;
  const urls = { production: settings.APNS_URL, sandbox: settings.APNS_SANDBOX_URL };
  return { key: { teamId, keyId, privateKey }, topic, urls };
};

/** What the settings come to. Throws when keys of a service are set in part. */
export const pushServices = (settings: PushSettings): PushServices => {
  const { FCM_SERVICE_ACCOUNT: google, FCM_URL: baseUrl, PUSH_TTL_SECONDS: ttlSeconds } = settings;
  const fcm = google === undefined ? null : { account: google, baseUrl };
  return { webpush: vapidOf(settings), fcm, apns: apnsOf(settings), ttlSeconds };
};

export const platformsOf = ({ webpush, fcm, apns }: PushServices): ReadonlySet<PushPlatform> =>
  new Set([
    ...(webpush === null ? [] : (['webpush'] as const)),
    ...(fcm === null ? [] : (['fcm'] as const)),
    ...(apns === null ? [] : (['apns'] as const)),
  ]);
