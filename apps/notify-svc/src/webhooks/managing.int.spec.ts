import { maskedSecret, newWebhook } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { eventually, startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SomeMailbox, someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { adminOf, webhooksOf } from '../test-support/webhooks.ts';
import { UrlRules } from './url-rules.ts';
import { mostWebhooks } from './webhook.aggregate.ts';

let notify: Notify;
let sink: TestHttpSink;
let hooks: ReturnType<typeof webhooksOf>;
let box: SomeMailbox;

beforeEach(async () => {
  [notify, sink] = await Promise.all([startNotify(), startHttpSink()]);
  hooks = webhooksOf(notify);
  box = someMailbox({ to: [] });
  await notify.tell(box.created());
});
afterEach(async () => {
  await notify.close();
  await sink.close();
});

const call = () => adminOf(box.tenantId);
const create = (more: Partial<Parameters<typeof hooks.create>[1]> = {}) =>
  hooks.create(box.tenantId, { url: `${sink.url}/hook`, ...more });

/** Sends a test and gives back what arrived. */
const received = async (id: string) => {
  await hooks.tests.send({ id }, call());
  const request = sink.requests.at(-1);
  return { headers: request?.headers ?? {}, body: request?.body.toString() ?? '' };
};

describe('secrets', () => {
  it('are shown once and are in nothing that is stored or read', async () => {
    const made = await create({ headers: { 'X-Api-Key': 'open sesame' } });
    expect(made.headers).toEqual({ 'X-Api-Key': maskedSecret });
    const read = await hooks.desk.require({ id: made.id }, call());
    expect(read).not.toHaveProperty('secret');
    const all = `${JSON.stringify(read)}${await notify.everything()}`;
    expect(all).not.toContain('open sesame');
    expect(all).not.toContain(made.secret);
  });

  it('of headers stay until they are named with another value or taken away', async () => {
    const { id } = await create({ headers: { 'X-A': 'first a', 'X-B': 'first b', 'X-C': 'first c' } });
    const headers = { 'x-a': null, 'X-B': maskedSecret, 'X-D': 'first d' };
    await hooks.desk.change({ id, changes: { headers } }, call());
    await hooks.desk.change({ id, changes: { name: 'ERP', removeHeaders: ['x-c'] } }, call());
    notify.startSending();
    const { headers: sent } = await received(id);
    expect(sent).toMatchObject({ 'x-a': 'first a', 'x-b': 'first b', 'x-d': 'first d' });
    expect(sent).not.toHaveProperty('x-c');
    await hooks.desk.change({ id, changes: { headers: { 'x-a': 'second a' } } }, call());
    expect((await received(id)).headers).toMatchObject({ 'x-a': 'second a', 'x-b': 'first b' });
  });

  it.each([{ a: '1', A: '2' }, { Expect: '100-continue' }])('are not in headers such as %o', (headers) => {
    expect(newWebhook.safeParse({ name: 'CRM', url: 'https://example.org/', headers }).success).toBe(false);
  });

  it('of headers that are new need a value', async () => {
    await expect(create({ headers: { 'X-A': null } })).rejects.toMatchObject({ code: 'header-without-value' });
  });

  it('sign together while they change, and then only the new one does', async () => {
    const { id, secret: first } = await create();
    notify.startSending();
    const { secret: second, previousSecretUntil } = await hooks.desk.rotate({ id, overlapSeconds: 3_600 }, call());
    expect(Date.parse(previousSecretUntil ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
    const during = await received(id);
    for (const secret of [first, second]) new Webhook(secret).verify(during.body, during.headers);
    const { secret: third } = await hooks.desk.rotate({ id, overlapSeconds: 0 }, call());
    const after = await received(id);
    new Webhook(third).verify(after.body, after.headers);
    for (const old of [first, second]) {
      expect(() => new Webhook(old).verify(after.body, after.headers)).toThrow('No matching signature');
    }
  });
});

describe('a webhook', () => {
  it('is there for its tenant and its mailbox only', async () => {
    const { id } = await create({ mailboxId: box.mailboxId });
    await expect(hooks.desk.require({ id }, adminOf(newId()))).rejects.toMatchObject({ code: 'webhook-not-found' });
    await expect(hooks.desk.require({ id, mailboxId: newId() }, call())).rejects.toMatchObject({
      code: 'webhook-not-found',
    });
    const user = { ...call(), actor: { kind: 'user', id: 'anna', admin: false } as const };
    await expect(hooks.desk.require({ id }, user)).rejects.toMatchObject({ code: 'administrator-required' });
    expect(await hooks.desk.require({ id, mailboxId: box.mailboxId }, user)).toMatchObject({ id });
    expect((await hooks.desk.page({ limit: 50 }, adminOf(newId()))).items).toEqual([]);
  });

  it('is one of so many at most in a mailbox, and makes room when it is deleted', { timeout: 60_000 }, async () => {
    const made: Array<{ id: string }> = [];
    while (made.length < mostWebhooks) {
      const some = Array.from({ length: 50 }, () => create({ mailboxId: box.mailboxId, url: 'https://example.org/' }));
      made.push(...(await Promise.all(some)));
    }
    await expect(create({ mailboxId: box.mailboxId })).rejects.toMatchObject({ code: 'too-many-webhooks' });
    await create();
    await hooks.desk.remove({ id: made[0]?.id ?? '' }, call());
    await create({ mailboxId: box.mailboxId });
  });

  it('is changed only in the version that was read', async () => {
    const { id, version } = await create();
    await hooks.desk.change({ id, changes: { name: 'ERP' }, ifVersion: version }, call());
    await expect(hooks.desk.change({ id, changes: { name: 'CMS' }, ifVersion: version }, call())).rejects.toMatchObject(
      { code: 'version-mismatch' },
    );
  });

  it('in the format of Voicemail Pro follows new messages only', async () => {
    await expect(create({ format: 'voicemail-pro', events: ['message_deleted'] })).rejects.toMatchObject({
      code: 'webhook-format-events',
    });
  });

  it('that is deleted gets nothing any more, and what waited for it is called off', async () => {
    const { id } = await create();
    const upkeep = hooks.startUpkeep();
    await notify.tell(box.messageCreated());
    await eventually(async () => expect(await hooks.deliveriesTo(box.tenantId, id)).toHaveLength(1));
    // Until it leads the log, the reaction has not begun "now".
    await eventually(async () => {
      const { rows } = await notify.store.pool.query(`SELECT FROM reaction_checkpoint WHERE name = 'webhooks'`);
      expect(rows).toHaveLength(1);
    });
    await hooks.desk.remove({ id }, call());
    await eventually(async () =>
      expect(await hooks.deliveriesTo(box.tenantId, id)).toMatchObject([{ state: 'cancelled', attempts: [] }]),
    );
    await notify.tell(box.messageCreated());
    expect(await hooks.deliveriesTo(box.tenantId, id)).toHaveLength(1);
    expect((await notify.store.pool.query('SELECT FROM sealed_secret')).rows).toEqual([]);
    await upkeep.stop();
  });
});

describe('a URL', () => {
  const rules = new UrlRules({ OUTGOING_ALLOW_HTTP: false, OUTGOING_ALLOW_NETWORKS: [] });

  it.each([
    'http://example.org/',
    'https://127.0.0.1/',
    'https://10.1.2.3:8443/x',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/latest',
    'https://0x7f.1/',
    'https://localhost/',
    'https://user:password@example.org/',
    'ftp://example.org/',
  ])('may not be %s', (url) => {
    expect(() => rules.check(url)).toThrow(expect.objectContaining({ code: 'webhook-url-refused' }));
  });

  it('may be that of a public host', () => {
    expect(() => rules.check('https://hooks.example.org/a?b=c')).not.toThrow();
    expect(newWebhook.safeParse({ name: 'a', url: 'nothing' }).success).toBe(false);
  });
});
