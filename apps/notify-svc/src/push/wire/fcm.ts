import type { Clock } from '@aftertone/kernel';
import { z } from 'zod';
import type { HttpOut, HttpResult } from '../../http-out/http-out.ts';
import { googleAccess, NoAccess, type ServiceAccount } from './google-access.ts';
import { collapseKey, type PushNotice, type PushOver, type PushResult } from './push-notice.ts';

export interface FcmConfig {
  account: ServiceAccount;
  /** `https://fcm.googleapis.com`, no slash at the end. */
  baseUrl: string;
  /** How long a notice is kept for a device that is not connected; 0: not at all, as Wazo has it. */
  ttlSeconds: number;
}

export interface FcmDevice {
  /** Registration token. */
  token: string;
}

const byKey = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(byKey);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, byKey(inner)]),
  );
};

/** Data only: the app shows it, which it may do also while it sleeps, because the priority is high. */
const messageOf = ({ token }: FcmDevice, notice: PushNotice, ttlSeconds: number) => ({
  message: {
    token,
    // Values are texts only.
    data: {
      notification_type: notice.data.notification_type,
      items: JSON.stringify(byKey(notice.data.items)),
      title: notice.title,
      body: notice.body,
      badge: String(notice.badge),
    },
    android: {
      priority: 'HIGH',
      ttl: `${ttlSeconds}s`,
      ...(notice.collapseId === null ? {} : { collapse_key: collapseKey(notice.collapseId) }),
    },
  },
});

const refusal = z.object({
  error: z.object({
    status: z.string().optional(),
    message: z.string().optional(),
    details: z
      .array(
        z.object({
          errorCode: z.string().optional(),
          fieldViolations: z.array(z.object({ field: z.string().optional() })).optional(),
        }),
      )
      .optional(),
  }),
});

/** Of FCM and of Google's services; whatever else stands there may be a text of ours. */
const documentedCodes = new Set([
  ...['UNSPECIFIED_ERROR', 'UNREGISTERED', 'SENDER_ID_MISMATCH', 'QUOTA_EXCEEDED', 'THIRD_PARTY_AUTH_ERROR'],
  ...['CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'UNAUTHENTICATED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
]);

const readRefusal = (body: string) => {
  try {
    return refusal.parse(JSON.parse(body)).error;
  } catch {
    return null;
  }
};

/** The token is not one: what else is wrong with a request names another field. */
const blamesToken = ({ message = '', details = [] }: z.output<typeof refusal>['error']): boolean =>
  details.some(({ fieldViolations = [] }) => fieldViolations.some(({ field }) => field === 'message.token')) ||
  message.includes('registration token is not a valid');

/**
 * A 404 says that the device is gone only along with `UNREGISTERED`: a wrong base URL or project is answered by 404 as
 * well, and must not cost everybody's devices.
 */
const pushResult = ({ kind, status, detail, retryAfterMs, body }: HttpResult): PushResult => {
  const rest = { status, retryAfterMs };
  if (kind !== 'failed') return { outcome: kind === 'ok' ? 'delivered' : 'refused', detail, ...rest };
  const error = readRefusal(body);
  if (status === null || error === null) return { outcome: 'failed', detail, ...rest };
  const code = error.details?.find(({ errorCode }) => errorCode !== undefined)?.errorCode ?? error.status ?? '';
  const told = { detail: `answered ${status} ${documentedCodes.has(code) ? code : ''}`.trim(), ...rest };
  if (code === 'UNREGISTERED') return { outcome: 'gone', ...told };
  if (code === 'SENDER_ID_MISMATCH') return { outcome: 'refused', ...told };
  if (code !== 'INVALID_ARGUMENT') return { outcome: 'failed', ...told };
  return { outcome: blamesToken(error) ? 'gone' : 'refused', ...told };
};

/** Firebase Cloud Messaging, HTTP v1. */
export const sendFcm = (http: HttpOut, clock: Clock): PushOver<FcmConfig, FcmDevice> => {
  const access = googleAccess(http, clock);
  return async ({ account, baseUrl, ttlSeconds }, device, notice, signal) => {
    try {
      const token = await access.tokenFor(account);
      const answer = await http.call(
        {
          url: `${baseUrl}/v1/projects/${encodeURIComponent(account.project_id)}/messages:send`,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(messageOf(device, notice, ttlSeconds)),
        },
        signal,
      );
      if (answer.status === 401) access.forget(account);
      return pushResult(answer);
    } catch (error) {
      if (!(error instanceof NoAccess)) throw error;
      const { message: detail, status, retryAfterMs } = error;
      return { outcome: 'failed', detail, status, retryAfterMs };
    }
  };
};
