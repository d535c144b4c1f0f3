import { type CloudEvent, gatewayCommands } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { callOf, heardTold, localRules, userTold } from '../devices/device.samples.ts';
import { GatewayDesk } from '../gateways/gateway-desk.ts';
import { openOutgoing, type SendingConfig } from '../parts.ts';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';

let notify: Notify;
let desk: GatewayDesk;
let gateway: TestHttpSink;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  notify = await startNotify();
  desk = new GatewayDesk(notify.ground, localRules, openOutgoing(sendingConfig));
});
afterAll(async () => {
  await desk.onApplicationShutdown();
  await notify.close();
});
beforeEach(async () => {
  gateway = await startHttpSink();
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  await gateway.close();
});

const startSending = (more: Partial<SendingConfig> = {}): void => {
  ({ stop } = notify.startSending(more));
};
const setSms = (box: SomeMailbox, settings: object = {}) =>
  desk.setSms(
    gatewayCommands.setSmsGateway.input.parse({ gateway: { url: gateway.url, ...settings } }),
    callOf(box.tenantId, true),
  );
const setFax = (box: SomeMailbox) =>
  desk.setFax(
    gatewayCommands.setFaxGateway.input.parse({ gateway: { addressPattern: '{digits}@fax.example.test' } }),
    callOf(box.tenantId, true),
  );
const ended = (message: CloudEvent, states: string[]) =>
  eventually(async () => {
    const all = await notify.deliveries(message);
    expect(all.map(({ state }) => state)).toEqual(states);
    return all;
  });
const texts = () => gateway.requests.map(({ body }) => JSON.parse(String(body)) as { to: string; text: string });

it('tells the phones of the mailbox and of the people behind it, each number once', async () => {
  const owner = newId();
  const settings = { sms: { to: ['+351910000000', '+351910000001'] }, mwi: { enabled: false } };
  const box = someMailbox({ to: [], ownerUserIds: [owner], accessType: 'global', notify: settings });
  await setSms(box);
  await notify.tellOfPeople(
    userTold(box.tenantId, owner, { sms: { to: '351910000001' } }),
    userTold(box.tenantId, newId(), { sms: { to: '+351910000002' } }),
    userTold(box.tenantId, newId()),
  );
  const message = box.messageCreated();
  await notify.tell(box.created(), message);
  startSending();
  const all = await ended(message, ['delivered', 'delivered', 'delivered']);
  expect(
    texts()
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['+351910000000', '+351910000001', '+351910000002']);
  expect(texts()[0]?.text).toMatch(/Zoé Caller/);
  const keys = gateway.requests.map(({ headers }) => headers['idempotency-key']);
  expect(keys.sort()).toEqual(all.map(({ id }) => id).sort());
});

it('tries again when the gateway is down, until the message was heard', async () => {
  const box = someMailbox({ to: [], notify: { sms: { to: ['112'] }, mwi: { enabled: false } } });
  await setSms(box);
  gateway.behave({ kind: 'answer', status: 503, headers: { 'retry-after': '1' } });
  const first = box.messageCreated();
  await notify.tell(box.created(), first);
  startSending();
  await eventually(() => expect(gateway.requests).toHaveLength(1));
  gateway.behave({ kind: 'answer' });
  expect(await ended(first, ['delivered'])).toMatchObject([{ attempts: [{ status: 503 }, { status: 200 }] }]);

  // Heard while an attempt is under way, which fails.
  gateway.behave({ kind: 'answer', status: 503, afterMs: 300 });
  const second = box.messageCreated();
  await notify.tell(second);
  await eventually(() => expect(gateway.requests).toHaveLength(3));
  await notify.tell(heardTold(second));
  expect(await ended(second, ['cancelled'])).toMatchObject([{ attempts: [{ status: 503 }, { status: null }] }]);
  expect(gateway.requests).toHaveLength(3);
});

it('plans nothing that cannot be sent', async () => {
  const settings = { sms: { to: ['112'] }, fax: { to: ['+4930123456'] }, mwi: { enabled: false } };
  const box = someMailbox({ to: [], notify: settings });
  const message = box.messageCreated();
  await notify.tell(box.created(), message);
  expect(await notify.deliveries(message)).toEqual([]);
});

it('sends a page to each fax machine, as a PDF by e-mail', async () => {
  const box = someMailbox({ to: [], notify: { fax: { to: ['+4930123456'] }, mwi: { enabled: false } } });
  await setFax(box);
  const message = box.messageCreated();
  await notify.tell(box.created(), message);
  startSending();
  await ended(message, ['delivered']);
  const [mail] = notify.smtp.messages;
  expect(mail?.to).toEqual(['4930123456@fax.example.test']);
  expect(String(mail?.raw)).toMatch(/Content-Type: application\/pdf/);
});
