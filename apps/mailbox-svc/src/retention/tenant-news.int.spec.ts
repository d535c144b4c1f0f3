import { newId } from '@aftertone/kernel';
import { connectBus, type RunningConsumer } from '@aftertone/messaging';
import { createLogger } from '@aftertone/platform';
import { eventually, freeze, type OwnNats, startNats, thaw, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';
import { publishEvents } from '../spec-support/publish-events.ts';
import { tenantSays } from '../spec-support/tenant-says.ts';
import {
  depositInto,
  type Instance,
  makeBox,
  Tenant,
  type TestGround,
  testGround,
} from '../spec-support/test-ground.ts';
import { TenantNews } from './tenant-news.ts';
import { consumeTenantRules } from './tenant-rules.consumer.ts';

const dayMs = 86_400_000;
const cell = uniqueCell();
const tenant = new Tenant();
let ground: TestGround;
let nats: OwnNats;
let parts: Instance;
let consumer: RunningConsumer;
let bus: ReturnType<typeof connectBus>;
beforeAll(async () => {
  [ground, nats] = await Promise.all([testGround(), startNats()]);
  parts = await ground.instance();
  bus = connectBus({ url: nats.url, name: 'test' });
  await publishEvents(nats.url, { cell, service: 'gateway' }, []);
  consumer = start();
});
afterAll(async () => {
  await consumer.close();
  await bus.close();
  await Promise.all([ground.close(), nats.remove()]);
});

const log = createLogger({ service: 'test', level: 'silent' });
const start = () => consumeTenantRules({ ground: parts.ground, bus, cell, log });
const heard = (patienceMs = 0) => new TenantNews({ bus, cell, patienceMs }).requireHeard();
const unknown = expect.objectContaining({ code: 'tenant-rules-unknown', kind: 'unavailable' });

const command = async (...args: string[]) => {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const { database, kek } = ground;
  const environment = {
    DATABASE_URL_MAILBOX: database.url,
    AFTERTONE_KEK: kek,
    AFTERTONE_CELL: cell,
    NATS_URL: nats.url,
  };
  return { code: await run(['retention', ...args], environment, { out: say, err: say }), lines };
};

it('is heard when everything on the bus has been applied, and not before', async () => {
  await eventually(() => heard());
  await consumer.close();
  await publishEvents(nats.url, { cell, service: 'gateway' }, [tenantSays({ unheardDays: 1 }, 1, tenant.id)]);
  await expect(heard()).rejects.toEqual(unknown);
  consumer = start();
  await heard(10_000);
});

it('is not while the bus does not answer, and nothing goes meanwhile', async () => {
  const box = await makeBox(parts, tenant, { retention: { unheardDays: 1 } });
  const receivedAt = new Date(Date.now() - 2 * dayMs).toISOString();
  const { id } = await parts.depositDesk.deposit(depositInto(box.id, { receivedAt }), tenant.admin);
  await freeze([nats.pid]);
  try {
    await expect(heard()).rejects.toEqual(unknown);
    const stopped = await command('sweep', '--mailbox', box.id);
    expect(stopped).toMatchObject({ code: 1, lines: [expect.stringContaining('may have been revoked')] });
  } finally {
    thaw([nats.pid]);
  }
  expect((await parts.inbox.list(tenant.admin, { limit: 5, held: false })).items.map((one) => one.id)).toEqual([id]);
  await heard(10_000);
});

describe('the command', () => {
  const inBox = async (mailboxId: string) =>
    (
      await parts.ground.store.pool.query<{ id: string; deleted: boolean }>(
        'SELECT id, deleted FROM message WHERE mailbox_id = $1',
        [mailboxId],
      )
    ).rows;

  it('lists what would go and changes nothing, or takes it away', async () => {
    const box = await makeBox(parts, tenant, { retention: { unheardDays: 1, trashDays: 0 } });
    const since = new Date(Date.now() - 2 * dayMs).toISOString();
    const leave = (over = {}) => parts.depositDesk.deposit(depositInto(box.id, over), tenant.admin);
    const [unheard, binned] = [(await leave({ receivedAt: since })).id, (await leave()).id];
    await parts.messageDesk.change({ id: binned, changes: { folder: 'trash' } }, tenant.admin);
    const dry = await command('sweep', '--dry-run', '--mailbox', box.id);
    expect(dry.code).toBe(0);
    expect(dry.lines[0]).toBe(`delete  unheardDays  ${since}  64044  ${tenant.id}  ${box.id}  ${unheard}`);
    expect(dry.lines[1]).toMatch(new RegExp(`^purge {2}trashDays .*  64044  ${tenant.id}  ${box.id}  ${binned}$`));
    expect(dry.lines[2]).toBe('2 would go, nothing was changed; recordings of 64044 bytes would be let go of');
    expect((await inBox(box.id)).map(({ deleted }) => deleted)).toEqual([false, false]);
    const real = await command('sweep', '--mailbox', box.id);
    expect(real).toEqual({ code: 0, lines: ['1 deleted, 1 purged, 0 changed meanwhile and left, 0 failed'] });
    expect(await inBox(box.id)).toEqual([{ id: unheard, deleted: true }]);
  });

  it('says what is wrong', async () => {
    for (const args of [[], ['purge'], ['sweep', 'now'], ['sweep', '--all']]) {
      expect(await command(...args)).toMatchObject({ code: 2, lines: [expect.stringMatching(/^Usage/)] });
    }
    const wrong = await command('sweep', '--mailbox', 'acme');
    expect(wrong).toMatchObject({ code: 2, lines: [expect.stringMatching(/^--mailbox must be an id .*\nUsage/)] });
    for (const name of ['--tenant', '--mailbox']) {
      expect(await command('sweep', '--dry-run', name, newId())).toMatchObject({
        code: 1,
        lines: ['There is no such mailbox, or none of this tenant.'],
      });
    }
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    expect(await run(['retention', 'sweep'], {}, { out: say, err: say })).toBe(2);
    expect(lines.join()).toContain('DATABASE_URL_MAILBOX');
  });
});
