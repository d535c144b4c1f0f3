import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyTableHolding } from '../../spec-support/search-tables.ts';
import { type Instance, makeBox, Tenant, type TestGround, testGround } from '../../spec-support/test-ground.ts';

let ground: TestGround;
let one: Instance;
let other: Instance;
let tenant: Tenant;
let boxId: string;
beforeAll(async () => {
  ground = await testGround();
  [one, other] = await Promise.all([ground.instance(), ground.instance()]);
});
afterAll(() => ground.close());
beforeEach(async () => {
  tenant = new Tenant();
  boxId = (await makeBox(one, tenant)).id;
});

const verify = (pin: string, parts = one) => parts.pins.verify(boxId, pin, tenant.admin);
const set = (pin: string) => one.pins.set(boxId, pin, tenant.admin);
const types = async () =>
  (await one.ground.store.log.readTenant({ tenantId: tenant.id, afterPosition: 0, limit: 100 })).map(
    ({ type }) => type,
  );

const execute = async (statement: string, values: unknown[]) => {
  const client = new Client({ connectionString: ground.database.url });
  await client.connect();
  await client.query(statement, values);
  await client.end();
};

describe('a PIN', () => {
  it('is verified after it was set, replaced and removed, and is in no table', async () => {
    await expect(verify('2580')).rejects.toMatchObject({ code: 'pin-not-set', kind: 'rejected' });
    await set('2580');
    expect([await verify('2580', other), await verify('2581')]).toEqual([true, false]);
    expect(await one.mailboxDesk.get(boxId, tenant.admin)).toMatchObject({ hasPin: true, version: 2 });
    await set('82649173');
    expect([await verify('2580'), await verify('82649173')]).toEqual([false, true]);
    expect(await everyTableHolding(ground.database.url, '82649173', tenant.id)).toEqual([]);
    await one.pins.remove(boxId, tenant.admin);
    await one.pins.remove(boxId, tenant.admin);
    await expect(verify('82649173')).rejects.toMatchObject({ code: 'pin-not-set' });
    expect(await types()).toEqual(['MailboxCreated', 'PinSet', 'PinSet', 'PinRemoved']);
  });

  it('that is too simple is refused and changes nothing', async () => {
    await expect(set('1234')).rejects.toMatchObject({ code: 'pin-too-simple', kind: 'rejected' });
    expect(await one.mailboxDesk.get(boxId, tenant.admin)).toMatchObject({ hasPin: false });
  });

  it("is its owner's and the administrators' business", async () => {
    const [ann, bob] = [tenant.user(), tenant.user()];
    const mine = await makeBox(one, tenant, { ownerUserIds: [ann.actor.id] });
    await one.pins.set(mine.id, '2580', ann);
    expect(await one.pins.verify(mine.id, '2580', ann)).toBe(true);
    await expect(one.pins.verify(mine.id, '2580', bob)).rejects.toMatchObject({ code: 'mailbox-not-found' });
    const shared = await makeBox(one, tenant, { accessType: 'global' });
    await expect(one.pins.set(shared.id, '2580', ann)).rejects.toMatchObject({ code: 'right-required' });
  });

  it('is gone with its mailbox', async () => {
    await set('2580');
    await one.mailboxDesk.close({ id: boxId }, tenant.admin);
    const rows = await one.ground.store.pool.query('SELECT FROM mailbox_pin WHERE mailbox_id = $1', [boxId]);
    expect(rows.rowCount).toBe(0);
  });
});

describe('wrong PINs', () => {
  it('get five tries, however many come at once to however many processes', async () => {
    await set('2580');
    const ends = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => verify('2589', n % 2 ? one : other)));
    expect(ends.filter((end) => end.status === 'fulfilled' && end.value === false)).toHaveLength(5);
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(refused).toHaveLength(35);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'pin-locked', kind: 'rejected' });
    const { retryAfterSeconds } = refused[0].details;
    expect(retryAfterSeconds).toBeGreaterThan(880);
    expect(retryAfterSeconds).toBeLessThanOrEqual(900);
    expect((await types()).filter((type) => type === 'PinLocked')).toHaveLength(1);
    await expect(verify('2580', other)).rejects.toMatchObject({ code: 'pin-locked' });
  });

  it('are forgotten after a right one', async () => {
    await set('2580');
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 4; n++) expect(await verify('2589')).toBe(false);
      expect(await verify('2580')).toBe(true);
    }
  });

  it('get five more tries when the lock has run out', async () => {
    await set('2580');
    for (let n = 0; n < 5; n++) expect(await verify('2589')).toBe(false);
    await expect(verify('2580')).rejects.toMatchObject({ code: 'pin-locked' });
    await execute(`UPDATE mailbox_pin SET locked_until = now() - interval '1 second' WHERE mailbox_id = $1`, [boxId]);
    for (let n = 0; n < 4; n++) expect(await verify('2589')).toBe(false);
    expect(await verify('2580')).toBe(true);
  });

  it('do not lock out who is given a new PIN', async () => {
    await set('2580');
    for (let n = 0; n < 5; n++) await verify('2589');
    await set('9731');
    expect(await verify('9731')).toBe(true);
  });
});
