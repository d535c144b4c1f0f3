import { deviceQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { browserAt, callOf, localRules, phoneOf, userGone } from './device.samples.ts';
import { DeviceDesk, mostDevices } from './device-desk.ts';

let notify: Notify;
let desk: DeviceDesk;
beforeAll(async () => {
  notify = await startNotify();
  desk = new DeviceDesk(notify.ground, localRules);
});
afterAll(() => notify.close());

const somebody = () => ({ tenantId: newId(), userId: newId() });
const listOf = async (
  { tenantId, userId }: ReturnType<typeof somebody>,
  more: { limit?: number; cursor?: string } = {},
) => desk.list(deviceQueries.listDevices.input.parse({ userId, ...more }), callOf(tenantId));

describe('a device', () => {
  it('is listed without what its push service knows it by, which is nowhere in clear', async () => {
    const anna = somebody();
    const { device } = browserAt('https://updates.push.example.test/wpush/v2/very-secret-endpoint');
    const registered = await desk.register({ userId: anna.userId, device }, callOf(anna.tenantId));
    const { items } = await listOf(anna);
    expect(items).toEqual([registered]);
    expect(Object.keys(registered).sort()).toEqual([
      'createdAt',
      'id',
      'language',
      'lastSuccessAt',
      'name',
      'platform',
    ]);
    const everything = await notify.everything();
    for (const secret of ['very-secret-endpoint', device.platform === 'webpush' ? device.auth : '']) {
      expect(everything).not.toContain(secret);
    }
  });

  it('that is registered again is the same one, and keeps its name', async () => {
    const anna = somebody();
    const call = callOf(anna.tenantId);
    const first = await desk.register({ userId: anna.userId, device: { ...phoneOf('token-1'), name: 'Mine' } }, call);
    const second = await desk.register({ userId: anna.userId, device: phoneOf('token-1') }, call);
    expect(second).toEqual(first);
    expect((await listOf(anna)).items).toHaveLength(1);
  });

  it('that changed hands is only the next one’s, who finds a new device', async () => {
    const [anna, ben] = [somebody(), somebody()];
    const call = callOf(anna.tenantId);
    const named = { ...phoneOf('token-2'), name: 'Phone of Anna' };
    const hers = await desk.register({ userId: anna.userId, device: named }, call);
    const his = await desk.register({ userId: ben.userId, device: phoneOf('token-2') }, call);
    expect(his).toMatchObject({ id: hers.id, name: null });
    expect((await listOf(anna)).items).toEqual([]);
    expect((await listOf({ ...ben, tenantId: anna.tenantId })).items).toEqual([his]);
    await expect(desk.remove({ userId: anna.userId, id: hers.id }, call)).rejects.toMatchObject({
      code: 'device-not-found',
    });
  });

  it('cannot be reached from another tenant', async () => {
    const anna = somebody();
    const { id } = await desk.register({ userId: anna.userId, device: phoneOf('token-3') }, callOf(anna.tenantId));
    const elsewhere = callOf(newId());
    expect((await listOf({ ...anna, tenantId: elsewhere.tenantId })).items).toEqual([]);
    await expect(desk.remove({ userId: anna.userId, id }, elsewhere)).rejects.toMatchObject({
      code: 'device-not-found',
    });
    expect((await listOf(anna)).items).toHaveLength(1);
  });

  it('goes with its secret when it is removed, and with its user', async () => {
    const anna = somebody();
    const call = callOf(anna.tenantId);
    const secrets = async (): Promise<number> => {
      const { rowCount } = await notify.store.pool.query('SELECT FROM sealed_secret WHERE tenant_id = $1', [
        anna.tenantId,
      ]);
      return rowCount ?? 0;
    };
    const { id } = await desk.register({ userId: anna.userId, device: phoneOf('token-4') }, call);
    await desk.register({ userId: anna.userId, device: phoneOf('token-5') }, call);
    expect(await secrets()).toBe(2);
    await desk.remove({ userId: anna.userId, id }, call);
    expect(await secrets()).toBe(1);
    await notify.tellOfPeople(userGone(anna.tenantId, anna.userId));
    expect((await listOf(anna)).items).toEqual([]);
    expect(await secrets()).toBe(0);
  });
});

describe('registering', () => {
  it('is refused for a platform without keys, and for endpoints in inner networks', async () => {
    const { tenantId, userId } = somebody();
    const webOnly = new DeviceDesk(notify.ground, { ...localRules, platforms: new Set(['webpush']), allowHttp: false });
    const register = (device: Parameters<DeviceDesk['register']>[0]['device']) =>
      webOnly.register({ userId, device }, callOf(tenantId));
    await expect(register(phoneOf('token-6'))).rejects.toMatchObject({ code: 'push-platform-not-configured' });
    for (const endpoint of ['http://push.example.test/1', 'https://169.254.169.254/1', 'https://[::1]/1']) {
      await expect(register(browserAt(endpoint).device)).rejects.toMatchObject({ code: 'push-endpoint-refused' });
    }
  });

  it('has a limit for each user, also when all come at once, and pages', async () => {
    const anna = somebody();
    const call = callOf(anna.tenantId);
    const attempts = await Promise.allSettled(
      Array.from({ length: mostDevices + 3 }, (_, n) =>
        desk.register({ userId: anna.userId, device: phoneOf(`many-${n}`) }, call),
      ),
    );
    const one = () => desk.register({ userId: anna.userId, device: phoneOf(`one-more-${newId()}`) }, call);
    const there = (await listOf(anna, { limit: 200 })).items.length;
    expect(there).toBe(attempts.filter(({ status }) => status === 'fulfilled').length);
    for (let more = there; more < mostDevices; more += 1) await one();
    await expect(one()).rejects.toMatchObject({ code: 'too-many-devices' });
    const first = await listOf(anna, { limit: 15 });
    const second = await listOf(anna, { limit: 15, cursor: String(first.next) });
    expect([first.items.length, second.items.length, second.next]).toEqual([15, mostDevices - 15, null]);
    await desk.remove({ userId: anna.userId, id: String(first.items[0]?.id) }, call);
    await one();
  });
});
