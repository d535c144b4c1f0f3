import { DeviceRemoval } from '../devices/device-removal.ts';
import type { Mailer } from '../email/mailer.ts';
import type { FindReaderFacts } from '../email/reader-facts.ts';
import { sendFax } from '../fax/send-fax.ts';
import { GatewaysOf } from '../gateways/gateways-of.ts';
import type { Ground } from '../ground/ground.ts';
import type { HttpOut } from '../http-out/http-out.ts';
import { sendSms } from '../sms/send-sms.ts';
import type { TemplatesOf } from '../templates/templates-of.ts';
import { DeviceTargets } from './device-target.ts';
import { pushToDevices } from './push-to.ts';
import { sendPush } from './send-push.ts';
import { type PushSettings, pushServices } from './settings.ts';
import { openHttp2Client } from './wire/http2-client.ts';

export interface PhoneParts {
  ground: Ground;
  config: PushSettings & { MAIL_FROM: string; OUTGOING_TIMEOUT_MS: number };
  http: HttpOut;
  mailer: Pick<Mailer, 'send'>;
  templates: TemplatesOf;
  readerFacts: FindReaderFacts;
}

/** The channels that end at phones and fax machines. */
export const makePhoneChannels = ({ ground, config, http, mailer, templates, readerFacts }: PhoneParts) => {
  const { store, clock } = ground;
  const { pool, secrets } = store;
  const http2 = openHttp2Client({ timeoutMs: config.OUTGOING_TIMEOUT_MS });
  const gateways = new GatewaysOf(pool);
  return {
    push: sendPush({
      ...{ pool, clock, removal: new DeviceRemoval(ground), devices: new DeviceTargets(pool, secrets) },
      pushTo: pushToDevices(pushServices(config), http, http2, clock),
    }),
    sms: sendSms({ gateways, secrets, templates, readerFacts, http }),
    fax: sendFax({ gateways, templates, readerFacts, mailer, from: config.MAIL_FROM }),
    close: (): void => http2.close(),
  };
};
