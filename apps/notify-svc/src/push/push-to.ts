import type { Clock } from '@aftertone/kernel';
import type { DeviceAddress } from '../devices/known-device.ts';
import type { HttpOut } from '../http-out/http-out.ts';
import type { PushServices } from './settings.ts';
import { sendApns } from './wire/apns.ts';
import { sendFcm } from './wire/fcm.ts';
import type { Http2Client } from './wire/http2-client.ts';
import type { PushNotice, PushResult } from './wire/push-notice.ts';
import { sendWebPush } from './wire/web-push.ts';

/** Hands a notice to the push service of a device. Never rejects. */
export type PushTo = (address: DeviceAddress, notice: PushNotice, signal: AbortSignal) => Promise<PushResult>;

/** It may be set up again: until then, and for as long as notifications are tried, nothing is lost. */
const notSetUp = async (platform: string): Promise<PushResult> => ({
  outcome: 'failed',
  detail: `this installation has no keys for ${platform} any more`,
  status: null,
  retryAfterMs: null,
});

/** Knows the way to each kind of device. */
export const pushToDevices = (services: PushServices, http: HttpOut, http2: Http2Client, clock: Clock): PushTo => {
  const overWeb = sendWebPush(http);
  const overFcm = sendFcm(http, clock);
  const overApns = sendApns(http2, clock);
  const { webpush, fcm, apns, ttlSeconds } = services;
  return (address, notice, signal) => {
    switch (address.platform) {
      case 'webpush': {
        const { endpoint, p256dh, auth } = address;
        if (webpush === null) return notSetUp('Web Push');
        return overWeb({ vapid: webpush, ttlSeconds }, { endpoint, keys: { p256dh, auth } }, notice, signal);
      }
      case 'fcm':
        if (fcm === null) return notSetUp('FCM');
        return overFcm({ ...fcm, ttlSeconds }, { token: address.token }, notice, signal);
      case 'apns': {
        if (apns === null) return notSetUp('APNs');
        const { key, topic, urls } = apns;
        const config = { key, topic: address.topic ?? topic, baseUrl: urls[address.environment], ttlSeconds };
        return overApns(config, { token: address.token }, notice, signal);
      }
    }
  };
};
