import webPush from 'web-push';
import type { HttpOut, HttpResult } from '../../http-out/http-out.ts';
import { cleanDetail } from '../../masking/clean-detail.ts';
import { collapseKey, type PushNotice, type PushOver, type PushResult } from './push-notice.ts';

export interface WebPushConfig {
  /** RFC 8292. Keys in base64url; `subject` is a `mailto:` or `https:` URL at which we can be reached. */
  vapid: { subject: string; publicKey: string; privateKey: string };
  /** How long the push service keeps a notice for a browser that is not connected. */
  ttlSeconds: number;
}

/** As a browser's `PushSubscription` has it. */
export interface WebPushDevice {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** RFC 8030: 404 and 410 say that the subscription has ended, 413 that the notice is too large. */
const pushResult = ({ kind, status, detail, retryAfterMs }: HttpResult): PushResult => {
  const rest = { detail, status, retryAfterMs };
  if (kind === 'ok') return { outcome: 'delivered', ...rest };
  if (status === 404 || status === 410) return { outcome: 'gone', ...rest };
  return { outcome: kind === 'refused' || status === 413 ? 'refused' : 'failed', ...rest };
};

const sealed = ({ vapid, ttlSeconds }: WebPushConfig, device: WebPushDevice, notice: PushNotice) => {
  const { title, body, badge, data, urgent, collapseId } = notice;
  return webPush.generateRequestDetails(device, JSON.stringify({ title, body, badge, data }), {
    vapidDetails: vapid,
    TTL: ttlSeconds,
    contentEncoding: 'aes128gcm',
    urgency: urgent ? 'high' : 'normal',
    ...(collapseId === null ? {} : { topic: collapseKey(collapseId) }),
  });
};

/** Web Push (RFC 8030, 8188, 8291, 8292): the browser's push service sees neither text nor data. */
export const sendWebPush =
  (http: HttpOut): PushOver<WebPushConfig, WebPushDevice> =>
  async (config, device, notice, signal) => {
    let request: ReturnType<typeof sealed>;
    try {
      request = sealed(config, device, notice);
    } catch (error) {
      const detail = cleanDetail(error instanceof Error ? error.message : String(error), [config.vapid.privateKey]);
      return { outcome: 'refused', detail: `cannot be encrypted: ${detail}`, status: null, retryAfterMs: null };
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    return pushResult(await http.call({ url: device.endpoint, headers, body: request.body }, signal));
  };
