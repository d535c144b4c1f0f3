import type { Clock } from '@aftertone/kernel';
import { z } from 'zod';
import { httpFailure } from '../../http-out/http-failure.ts';
import { retryAfterMs } from '../../http-out/retry-after.ts';
import { type ApnsKey, apnsTokens } from './apns-token.ts';
import type { Http2Answer, Http2Client } from './http2-client.ts';
import { collapseKey, type PushNotice, type PushOver, type PushResult } from './push-notice.ts';

export interface ApnsConfig {
  key: ApnsKey;
  /** Bundle id of the app. */
  topic: string;
  /** `https://api.push.apple.com`, or Apple's sandbox for apps in development; no slash at the end. */
  baseUrl: string;
  /** How long a notice is kept for a device that is not connected; 0: not at all, as Wazo has it. */
  ttlSeconds: number;
}

export interface ApnsDevice {
  /** Device token, hexadecimal. */
  token: string;
}

const goneReasons = new Set(['BadDeviceToken', 'Unregistered', 'ExpiredToken']);
/** About this notice or this device, not about us or the service: the same will always be refused. */
const finalReasons = new Set([
  'BadCollapseId',
  'BadExpirationDate',
  'BadMessageId',
  'BadPriority',
  'DeviceTokenNotForTopic',
  'DuplicateHeaders',
  'InvalidPushType',
  'MissingDeviceToken',
  'PayloadEmpty',
  'PayloadTooLarge',
]);

/** The others that Apple documents: what stands there besides may be a text of ours. */
const otherReasons = [
  ...['BadTopic', 'IdleTimeout', 'MissingTopic', 'TopicDisallowed', 'BadCertificate', 'BadCertificateEnvironment'],
  ...['ExpiredProviderToken', 'Forbidden', 'InvalidProviderToken', 'MissingProviderToken', 'UnrelatedKeyIdInToken'],
  ...['BadEnvironmentKeyIdInToken', 'BadPath', 'MethodNotAllowed', 'TooManyProviderTokenUpdates', 'TooManyRequests'],
  ...['InternalServerError', 'ServiceUnavailable', 'Shutdown'],
];

const refusal = z.object({ reason: z.enum([...goneReasons, ...finalReasons, ...otherReasons]) });

const reasonOf = (body: string): string => {
  try {
    return refusal.parse(JSON.parse(body)).reason;
  } catch {
    return '';
  }
};

const headersOf = ({ topic, ttlSeconds }: ApnsConfig, notice: PushNotice, now: Date): Record<string, string> => ({
  'apns-topic': topic,
  'apns-push-type': 'alert',
  'apns-priority': notice.urgent ? '10' : '5',
  'apns-expiration': ttlSeconds === 0 ? '0' : String(Math.floor(now.getTime() / 1000) + ttlSeconds),
  'content-type': 'application/json',
  ...(notice.collapseId === null ? {} : { 'apns-collapse-id': collapseKey(notice.collapseId) }),
});

const payloadOf = ({ title, body, badge, data }: PushNotice): string =>
  JSON.stringify({ aps: { alert: { title, body }, badge, sound: 'default', 'content-available': 1 }, data });

const pushResult = ({ status, headers, body }: Http2Answer, now: Date): PushResult => {
  const reason = reasonOf(body);
  const after = retryAfterMs(headers['retry-after'], now);
  const told = { detail: `answered ${status} ${reason}`.trim(), status, retryAfterMs: after };
  if (status === 200) return { outcome: 'delivered', ...told };
  if (status === 410 || goneReasons.has(reason)) return { outcome: 'gone', ...told };
  return { outcome: finalReasons.has(reason) || status === 413 ? 'refused' : 'failed', ...told };
};

/** Apple Push Notification service, with provider tokens. */
export const sendApns = (http2: Http2Client, clock: Clock): PushOver<ApnsConfig, ApnsDevice> => {
  const tokens = apnsTokens(clock);
  return async (config, device, notice, signal) => {
    const post = async (token: string): Promise<Http2Answer> => {
      const headers = { ...headersOf(config, notice, clock()), authorization: `bearer ${token}` };
      const path = `/3/device/${encodeURIComponent(device.token)}`;
      return http2.post({ origin: config.baseUrl, path, headers, body: payloadOf(notice) }, signal);
    };
    try {
      const token = await tokens.tokenFor(config.key);
      let answer = await post(token);
      if (reasonOf(answer.body) === 'ExpiredProviderToken') {
        await tokens.replace(config.key, token);
        answer = await post(await tokens.tokenFor(config.key));
      }
      return pushResult(answer, clock());
    } catch (error) {
      const { detail } = httpFailure(error);
      return { outcome: 'failed', detail, status: null, retryAfterMs: null };
    }
  };
};
