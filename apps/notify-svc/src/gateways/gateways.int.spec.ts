import { gatewayCommands, maskedSecret } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callOf, localRules } from '../devices/device.samples.ts';
import { openOutgoing } from '../parts.ts';
import { type Notify, sendingConfig, startNotify } from '../test-support/notify.ts';
import { GatewayDesk } from './gateway-desk.ts';

let notify: Notify;
let desk: GatewayDesk;
let gateway: TestHttpSink;
beforeAll(async () => {
  notify = await startNotify();
  desk = new GatewayDesk(notify.ground, localRules, openOutgoing(sendingConfig));
});
afterAll(async () => {
  await desk.onApplicationShutdown();
  await notify.close();
});
beforeEach(async () => {
  gateway = await startHttpSink({ behaviour: { kind: 'answer', status: 202, body: 'queued' } });
  return () => gateway.close();
});

const set = (tenantId: string, settings: object, ifVersion?: number) => {
  const given = { gateway: { url: gateway.url, ...settings }, ...(ifVersion !== undefined && { ifVersion }) };
  return desk.setSms(gatewayCommands.setSmsGateway.input.parse(given), callOf(tenantId, true));
};

describe('an SMS gateway', () => {
  it('is read back without its secrets, which are nowhere in clear, and calls are made with them', async () => {
    const tenantId = newId();
    const settings = {
      headers: { Authorization: 'Bearer s3cret-header' },
      secrets: { apiKey: 's3cret-key' },
      body: { number: '{{ to }}', text: '{{ text }}', key: '{{ secrets.apiKey }}' },
    };
    const shown = await set(tenantId, settings);
    expect(shown).toMatchObject({
      headers: { Authorization: maskedSecret },
      secrets: { apiKey: maskedSecret },
      version: 1,
    });
    expect(await desk.sms(callOf(tenantId, true))).toEqual(shown);
    expect(await notify.everything()).not.toContain('s3cret');

    const result = await desk.testSms({ to: '+351910000000' }, callOf(tenantId, true));
    expect(result).toMatchObject({ outcome: 'delivered', status: 202, text: 'A test of the SMS gateway' });
    const [request] = gateway.requests;
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer s3cret-header',
      'content-type': 'application/json',
    });
    const body = { number: '+351910000000', text: 'A test of the SMS gateway', key: 's3cret-key' };
    expect(JSON.parse(String(request?.body))).toEqual(body);
  });

  it('keeps a secret that is masked, null or not mentioned, and forgets one that is left out of its list', async () => {
    const tenantId = newId();
    await set(tenantId, { headers: { 'X-One': '1', 'X-Two': '2' }, secrets: { key: 'k' } });
    const next = await set(tenantId, { headers: { 'X-One': maskedSecret, 'X-Three': '3' } });
    expect([Object.keys(next.headers), Object.keys(next.secrets)]).toEqual([['X-One', 'X-Three'], ['key']]);
    await desk.testSms({ to: '112' }, callOf(tenantId, true));
    expect(gateway.requests[0]?.headers).toMatchObject({ 'x-one': '1', 'x-three': '3' });
    expect(gateway.requests[0]?.headers['x-two']).toBeUndefined();
    await expect(set(tenantId, { headers: { 'X-Two': null } })).rejects.toMatchObject({ code: 'sms-gateway-invalid' });
  });

  it('is refused with all that cannot be used', async () => {
    const settings = {
      url: 'https://10.0.0.1/',
      contentType: 'form',
      body: { a: '{{ who }}', b: '{% if %}', c: { d: 'x' } },
    };
    await expect(set(newId(), settings)).rejects.toMatchObject({
      code: 'sms-gateway-invalid',
      details: {
        errors: [
          { path: 'url' },
          { path: 'body.a', message: expect.stringContaining('who') },
          { path: 'body.b' },
          { path: 'body.c' },
        ],
      },
    });
  });

  it('is for administrators of its tenant, in the version that they saw', async () => {
    const tenantId = newId();
    await set(tenantId, {});
    await expect(desk.sms(callOf(tenantId))).rejects.toMatchObject({ code: 'administrator-required' });
    await expect(desk.removeSms({}, callOf(tenantId))).rejects.toMatchObject({ code: 'administrator-required' });
    await expect(desk.sms(callOf(newId(), true))).rejects.toMatchObject({ code: 'sms-gateway-not-found' });
    await expect(desk.testSms({ to: '112' }, callOf(newId(), true))).rejects.toMatchObject({ kind: 'not-found' });
    await set(tenantId, { from: 'Us' }, 1);
    await expect(set(tenantId, {}, 1)).rejects.toMatchObject({ code: 'version-mismatch' });
    await desk.removeSms({ ifVersion: 2 }, callOf(tenantId, true));
    await expect(desk.sms(callOf(tenantId, true))).rejects.toMatchObject({ code: 'sms-gateway-not-found' });
    expect((await notify.store.secrets.open(tenantId, ['gateway:sms'])).size).toBe(0);
    expect(await set(tenantId, {})).toMatchObject({ version: 4 });
  });

  it('that refuses says why', async () => {
    const tenantId = newId();
    await set(tenantId, { headers: { Authorization: 'very-secret-value' }, successStatuses: [200] });
    const attempt = () => desk.testSms({ to: '112' }, callOf(tenantId, true));
    expect(await attempt()).toMatchObject({ outcome: 'failed', status: 202 });
    gateway.behave({ kind: 'answer', status: 400, body: 'no such number; got very-secret-value' });
    expect(await attempt()).toMatchObject({ outcome: 'refused', detail: 'answered 400: no such number; got …' });
    await set(tenantId, { contentType: 'form', secrets: { user: 'SMS +2/x' }, body: { u: '{{ secrets.user }}' } });
    gateway.behave(({ body }) => ({ kind: 'answer', status: 400, body: `echo ${body}` }));
    expect(await attempt()).toMatchObject({ outcome: 'refused', detail: 'answered 400: echo u=…' });
    gateway.behave({ kind: 'hang', at: 'headers' });
    expect(await attempt()).toMatchObject({ outcome: 'failed', status: null });
  });
});

it('a fax gateway is set, changed and removed', async () => {
  const tenantId = newId();
  const admin = callOf(tenantId, true);
  const { gateway: settings } = gatewayCommands.setFaxGateway.input.parse({
    gateway: { addressPattern: '{digits}@fax.example.test' },
  });
  await expect(desk.fax(admin)).rejects.toMatchObject({ code: 'fax-gateway-not-found' });
  await expect(desk.setFax({ gateway: settings }, callOf(tenantId))).rejects.toMatchObject({ kind: 'rejected' });
  const made = await desk.setFax({ gateway: settings }, admin);
  expect(made).toMatchObject({
    addressPattern: '{digits}@fax.example.test',
    subjectPattern: 'Fax to {number}',
    version: 1,
  });
  const changed = await desk.setFax({ gateway: { ...settings, from: 'fax@example.test' }, ifVersion: 1 }, admin);
  expect(await desk.fax(admin)).toEqual(changed);
  await desk.removeFax({}, admin);
  await expect(desk.removeFax({}, admin)).rejects.toMatchObject({ code: 'fax-gateway-not-found' });
  for (const addressPattern of ['fax@example.test', 'not {number} an address']) {
    expect(gatewayCommands.setFaxGateway.input.safeParse({ gateway: { addressPattern } }).success).toBe(false);
  }
});
