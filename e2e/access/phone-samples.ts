import { createECDH, randomBytes } from 'node:crypto';
import type { Device } from '@aftertone/contracts';
import type { Sample } from './sample.ts';
import { name, newUser, type World } from './world.ts';

type Make = (world: World) => Promise<Sample>;

const smsPath = '/v1/notifications/sms-gateway';
const faxPath = '/v1/notifications/fax-gateway';
// Nobody listens there.
const sms = () => ({ url: 'http://127.0.0.1:9/', from: name() });
const fax = () => ({ addressPattern: '{number}@fax.example.org', subjectPattern: name() });

const browser = () => ({
  platform: 'webpush',
  endpoint: `https://push.example.org/${name()}`,
  p256dh: createECDH('prime256v1').generateKeys('base64url'),
  auth: randomBytes(16).toString('base64url'),
  name: name(),
});

const devicesOf = async ({ admin, emptyPolicyId }: World): Promise<string> =>
  `/v1/users/${(await newUser(admin, [emptyPolicyId])).id}/devices`;

const gateway =
  (path: string, settings: () => object, sample: Partial<Sample> = {}, after = ''): Make =>
  async ({ admin }) => {
    await admin.json('PUT', path, settings());
    return { path: `${path}${after}`, look: [path], ...sample };
  };

// What a tenant has one of names no object: others have none of their own, or set their own.
export const phoneSamples: Readonly<Record<string, Make>> = {
  listDevices: async (world) => ({ path: await devicesOf(world) }),
  registerDevice: async (world) => {
    const path = await devicesOf(world);
    return { path, body: browser(), look: [path] };
  },
  removeDevice: async (world) => {
    const path = await devicesOf(world);
    const { id } = await world.admin.json<Device>('POST', path, browser());
    return { path: `${path}/${id}`, look: [path] };
  },
  readVapidKey: async () => ({ path: '/v1/push/vapid-key', colleague: 'own', foreign: 'own' }),
  readSmsGateway: gateway(smsPath, sms, { foreign: 'own' }),
  setSmsGateway: gateway(smsPath, sms, { body: sms(), foreign: 'own' }),
  testSmsGateway: gateway(smsPath, sms, { body: { to: '+351910000000' }, foreign: 'own' }, '/test'),
  removeSmsGateway: gateway(smsPath, sms, { foreign: 'own' }),
  readFaxGateway: gateway(faxPath, fax, { foreign: 'own' }),
  setFaxGateway: gateway(faxPath, fax, { body: fax(), foreign: 'own' }),
  removeFaxGateway: gateway(faxPath, fax, { foreign: 'own' }),
};
