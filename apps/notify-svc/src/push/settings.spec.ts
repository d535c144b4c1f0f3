import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import webPush from 'web-push';
import { z } from 'zod';
import { platformsOf, pushServices, pushSettings } from './settings.ts';

const schema = z.object(pushSettings);
const { publicKey, privateKey } = webPush.generateVAPIDKeys();
const vapid = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: 'mailto:op@example.test' };
const account = {
  project_id: 'p',
  client_email: 'push@p.example',
  private_key: '-----BEGIN PRIVATE KEY-----',
  token_uri: 'https://oauth2.example/token',
};
const of = (environment: Record<string, string>) => pushServices(schema.parse(environment));

describe('the push services', () => {
  it('are none without keys', () => {
    expect([...platformsOf(of({}))]).toEqual([]);
  });

  it('are those whose keys are set', () => {
    const services = of({ ...vapid, FCM_SERVICE_ACCOUNT: JSON.stringify(account), FCM_URL: 'https://fcm.example/' });
    expect([...platformsOf(services)]).toEqual(['webpush', 'fcm']);
    expect(services).toMatchObject({ webpush: { publicKey }, fcm: { account, baseUrl: 'https://fcm.example' } });
  });

  it('are not set in part', () => {
    expect(() => of({ VAPID_PUBLIC_KEY: publicKey })).toThrow('VAPID_PRIVATE_KEY, VAPID_SUBJECT must be set as well');
    expect(() => of({ APNS_KEY: '-----BEGIN PRIVATE KEY-----' })).toThrow('APNS_KEY_ID, APNS_TEAM_ID, APNS_TOPIC');
  });

  it('may have their keys in files', () => {
    const folder = temporaryFolder('aftertone-keys-');
    const path = join(folder.path, 'account.json');
    writeFileSync(path, JSON.stringify(account));
    expect(of({ FCM_SERVICE_ACCOUNT: path }).fcm?.account).toEqual(account);
    folder.remove();
    expect(schema.safeParse({ FCM_SERVICE_ACCOUNT: path }).error?.issues).toMatchObject([
      { path: ['FCM_SERVICE_ACCOUNT'], message: expect.stringContaining('a file that can be read') },
    ]);
    expect(schema.safeParse({ FCM_SERVICE_ACCOUNT: '{}' }).success).toBe(false);
  });
});
