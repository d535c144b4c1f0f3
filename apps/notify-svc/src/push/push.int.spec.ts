import type { CloudEvent, NewDevice } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { exportPKCS8, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import {
  browserAt,
  callOf,
  countsTold,
  heardTold,
  localRules,
  memberTold,
  phoneOf,
  userGone,
  userTold,
} from '../devices/device.samples.ts';
import { DeviceDesk } from '../devices/device-desk.ts';
import type { SendingConfig } from '../parts.ts';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';

const vapid = webPush.generateVAPIDKeys();
const keys = {
  VAPID_PUBLIC_KEY: vapid.publicKey,
  VAPID_PRIVATE_KEY: vapid.privateKey,
  VAPID_SUBJECT: 'mailto:operator@example.test',
};

let notify: Notify;
let desk: DeviceDesk;
let service: TestHttpSink;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  notify = await startNotify();
  desk = new DeviceDesk(notify.ground, localRules);
});
afterAll(() => notify.close());
beforeEach(async () => {
  service = await startHttpSink({ behaviour: { kind: 'answer', status: 201 } });
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  await service.close();
});

const startSending = (more: Partial<SendingConfig> = {}): void => {
  ({ stop } = notify.startSending({ ...keys, ...more }));
};

const pushes = async (message: CloudEvent) =>
  (await notify.deliveries(message)).filter(({ channel }) => channel === 'push');
const finished = (message: CloudEvent, count: number) =>
  eventually(async () => {
    const all = await pushes(message);
    expect(all.filter(({ state }) => !['pending', 'sending'].includes(state))).toHaveLength(count);
    return all;
  });

const registered = (box: SomeMailbox, userId: string, device: NewDevice) =>
  desk.register({ userId, device }, callOf(box.tenantId));

/** A user with a browser at a path of its own, and what the browser was sent. */
const withBrowser = async (box: SomeMailbox, path: string, userId = newId()) => {
  const { device, read } = browserAt(service.url + path);
  const { id } = await registered(box, userId, device);
  return {
    userId,
    deviceId: id,
    device,
    got: () => service.requests.filter((request) => request.path === path).map(({ body }) => read(body)),
  };
};

describe('a new message', () => {
  it('is told to every user of a shared box, each with the number of the own new messages', async () => {
    const box = someMailbox({ to: [], accessType: 'group' });
    const other = someMailbox({ to: [], accessType: 'group' });
    const [anna, ben] = [await withBrowser(box, '/anna'), await withBrowser(box, '/ben')];
    const [carl, dora] = [await withBrowser(box, '/carl'), await withBrowser(box, '/dora')];
    const message = box.messageCreated();
    const second = { tenantId: box.tenantId, mailboxId: other.mailboxId };
    await notify.tellOfPeople(
      userTold(box.tenantId, anna.userId),
      userTold(box.tenantId, carl.userId, { push: { enabled: false } }),
    );
    await notify.tell(
      box.created(),
      { ...other.created(), tenantid: box.tenantId },
      ...[anna, ben, carl].map(({ userId }) => memberTold(box, userId)),
      memberTold(box, dora.userId, ['deposit']),
      memberTold(second, ben.userId),
      countsTold(second, { new: 4, revision: 3 }),
      countsTold(box, { new: 2, revision: 5 }),
      message,
      countsTold(box, { new: 3, revision: 7 }),
    );
    startSending();
    const all = await finished(message, 2);
    // Nobody has told of Ben yet.
    expect(all.map(({ userId }) => userId).sort()).toEqual([anna.userId, ben.userId].sort());
    expect(all.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect(anna.got()).toMatchObject([{ title: 'New Voicemail', body: 'From: Zoé Caller (+33155501234)', badge: 3 }]);
    expect(ben.got()).toMatchObject([{ badge: 7, data: { notification_type: 'voicemailReceived' } }]);
    expect([...carl.got(), ...dora.got()]).toEqual([]);
    const { items } = await desk.list({ userId: anna.userId, limit: 5 }, callOf(box.tenantId));
    expect(items[0]?.lastSuccessAt).not.toBeNull();
  });

  it('is told to everybody in the tenant who has a device when the box is global, and to owners', async () => {
    const global = someMailbox({ to: [], accessType: 'global' });
    const [anna, ben] = [await withBrowser(global, '/anna'), await withBrowser(global, '/ben')];
    const stranger = await withBrowser(someMailbox({ to: [] }), '/stranger');
    const personal = someMailbox({ to: [], ownerUserIds: [anna.userId] });
    const [first, second] = [global.messageCreated(), { ...personal.messageCreated(), tenantid: global.tenantId }];
    await notify.tell(global.created(), first, { ...personal.created(), tenantid: global.tenantId }, second);
    startSending();
    await finished(first, 2);
    await finished(second, 1);
    expect([anna.got().length, ben.got().length, stranger.got().length]).toEqual([2, 1, 0]);
  });

  it('counts what a member has heard alone as that member sees it', async () => {
    const box = someMailbox({ to: [], accessType: 'group' });
    const [anna, ben] = [await withBrowser(box, '/anna'), await withBrowser(box, '/ben')];
    const message = box.messageCreated();
    const each = { heardState: 'member' } as const;
    await notify.tell(
      box.created(),
      memberTold(box, anna.userId),
      memberTold(box, ben.userId),
      countsTold(box, { new: 5, revision: 9 }, each),
      countsTold(box, { new: 1, revision: 9 }, { memberUserId: anna.userId }),
      message,
      countsTold(box, { new: 6, revision: 11 }, each),
    );
    startSending();
    await finished(message, 2);
    expect([anna.got(), ben.got()]).toMatchObject([[{ badge: 2 }], [{ badge: 6 }]]);
  });

  it('does not say who called when it is confidential', async () => {
    const owner = newId();
    const box = someMailbox({ to: [], ownerUserIds: [owner] });
    const anna = await withBrowser(box, '/anna', owner);
    const message = box.messageCreated({ confidential: true });
    await notify.tell(box.created(), message);
    startSending();
    await finished(message, 1);
    expect(anna.got()).toMatchObject([{ body: 'Reception (100)' }]);
    expect(JSON.stringify(anna.got())).not.toMatch(/Caller|331555/);
  });
});

describe('a push is not sent', () => {
  const oneOwner = async () => {
    const owner = newId();
    const box = someMailbox({ to: [], ownerUserIds: [owner] });
    return { box, anna: await withBrowser(box, '/anna', owner) };
  };

  it('when somebody has heard the message meanwhile, or only to whom it is still new', async () => {
    const box = someMailbox({ to: [], accessType: 'group' });
    const [anna, ben] = [await withBrowser(box, '/anna'), await withBrowser(box, '/ben')];
    const [shared, own] = [box.messageCreated(), box.messageCreated()];
    await notify.tell(box.created(), memberTold(box, anna.userId), memberTold(box, ben.userId), shared, own);
    await notify.tell(heardTold(shared), heardTold(own, anna.userId));
    startSending();
    expect((await finished(shared, 2)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    await finished(own, 2);
    expect([anna.got().length, ben.got().length]).toEqual([0, 1]);
  });

  it('again when the message was heard after it had failed', async () => {
    const { box, anna } = await oneOwner();
    const message = box.messageCreated();
    service.behave({ kind: 'answer', status: 503 });
    await notify.tell(box.created(), message);
    startSending({ NOTIFY_RETRY_SECONDS: [20_000] });
    await eventually(() => expect(anna.got()).toHaveLength(1));
    await eventually(async () => expect(await pushes(message)).toMatchObject([{ state: 'pending' }]));
    await notify.tell(heardTold(message));
    expect(await pushes(message)).toMatchObject([{ state: 'cancelled', attempts: [{ status: 503 }] }]);
  });

  it('to who may not listen any more or has turned pushes off; who is not known yet gets it', async () => {
    const box = someMailbox({ to: [], accessType: 'group' });
    const [anna, ben] = [await withBrowser(box, '/anna'), await withBrowser(box, '/ben')];
    const cleo = await withBrowser(box, '/cleo');
    const members = [anna, ben, cleo].map(({ userId }) => memberTold(box, userId));
    const message = box.messageCreated();
    await notify.tellOfPeople(userTold(box.tenantId, ben.userId));
    await notify.tell(box.created(), ...members, message);
    await notify.tell(memberTold(box, anna.userId, []));
    await notify.tellOfPeople(userTold(box.tenantId, ben.userId, { push: { enabled: false } }));
    startSending();
    await finished(message, 3);
    expect([anna, ben, cleo].map(({ got }) => got().length)).toEqual([0, 0, 1]);
  });

  it('to a phone that has become somebody else’s, or was removed', async () => {
    const { box, anna } = await oneOwner();
    const second = await withBrowser(box, '/second', anna.userId);
    const message = box.messageCreated();
    await notify.tell(box.created(), message);
    await registered(box, newId(), anna.device);
    await desk.remove({ userId: anna.userId, id: second.deviceId }, callOf(box.tenantId));
    startSending();
    expect((await finished(message, 2)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(service.requests).toEqual([]);
  });

  it('any more to a device that its service does not know, or whose user is gone', async () => {
    const { box, anna } = await oneOwner();
    service.behave({ kind: 'answer', status: 410 });
    const first = box.messageCreated();
    await notify.tell(box.created(), first);
    startSending();
    expect(await finished(first, 1)).toMatchObject([{ state: 'cancelled', attempts: [{ n: 1, status: 410 }] }]);
    expect((await desk.list({ userId: anna.userId, limit: 5 }, callOf(box.tenantId))).items).toEqual([]);
    const removals = await notify.store.pool.query<{ data: object }>(
      `SELECT data FROM event WHERE tenant_id = $1 AND type = 'DeviceRemoved'`,
      [box.tenantId],
    );
    expect(removals.rows).toMatchObject([{ data: { userId: anna.userId, reason: 'gone' } }]);

    await withBrowser(box, '/new', anna.userId);
    await notify.tellOfPeople(userTold(box.tenantId, anna.userId), userGone(box.tenantId, anna.userId));
    const second = box.messageCreated();
    await notify.tell(second);
    expect(await pushes(second)).toEqual([]);
  });
});

it('goes to phones over FCM and APNs', async () => {
  const [google, apple] = [await startHttpSink(), await startHttpSink({ http2: true })];
  try {
    const [rsa, ec] = await Promise.all(
      ['RS256', 'ES256'].map(async (algorithm) =>
        exportPKCS8((await generateKeyPair(algorithm, { extractable: true })).privateKey),
      ),
    );
    google.behave({ kind: 'answer', body: '{"access_token":"access","expires_in":3600}' }, '/token');
    const box = someMailbox({ to: [], accessType: 'global' });
    await registered(box, newId(), phoneOf('android-1'));
    const apns = { topic: null, name: null, language: null, environment: 'sandbox' } as const;
    await registered(box, newId(), { platform: 'apns', token: 'ab'.repeat(32), ...apns });
    const message = box.messageCreated();
    await notify.tell(box.created(), message, countsTold(box, { new: 1, revision: 2 }));
    const account = {
      project_id: 'aftertone-test',
      client_email: 'push@aftertone-test.example',
      private_key: rsa ?? '',
      token_uri: `${google.url}/token`,
    };
    startSending({
      ...{ FCM_SERVICE_ACCOUNT: account, FCM_URL: google.url, APNS_SANDBOX_URL: apple.url },
      ...{ APNS_KEY: ec, APNS_KEY_ID: 'KEY1234567', APNS_TEAM_ID: 'TEAM123456', APNS_TOPIC: 'org.example.app' },
    });
    const all = await finished(message, 2);
    expect(all.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    const [, sent] = google.requests;
    expect(JSON.parse(String(sent?.body))).toMatchObject({ message: { token: 'android-1', data: { badge: '1' } } });
    expect(apple.requests).toMatchObject([{ path: `/3/device/${'ab'.repeat(32)}` }]);
    expect(JSON.parse(String(apple.requests[0]?.body))).toMatchObject({ aps: { badge: 1 } });
  } finally {
    await stop?.();
    await Promise.all([google.close(), apple.close()]);
  }
});
