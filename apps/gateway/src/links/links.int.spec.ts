import { newId } from '@aftertone/kernel';
import { createLogger, type Link, signLink, signTicket, startService } from '@aftertone/platform';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { gateway as gatewayService } from '../gateway.ts';
import { type GatewayUnderTest, startGateway } from '../test-support/start-gateway.ts';

const [today, earlier, foreign] = ['t'.repeat(32), 'e'.repeat(32), 'f'.repeat(32)];

let database: TestDatabase;
let gateway: GatewayUnderTest;
let tenantId: string;

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
    LINK_SECRET: today,
    LINK_SECRET_PREVIOUS: earlier,
  });
  tenantId = (await gateway.parts.directory.tenantId(undefined)) ?? '';
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const link = (): Link => ({ tenantId, messageId: newId(), recipient: { email: 'ana@example.org' } });
const inOneMinute = () => Date.now() + 60_000;
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const click = (path: string, accept = browser, method = 'GET') =>
  fetch(`${gateway.url}/v1/links/${path}`, { method, headers: { accept }, redirect: 'manual' });

describe('a link that nobody here has signed', () => {
  const token = signLink([today], { tenantId: newId(), messageId: newId(), recipient: { userId: newId() } });
  const damaged = () => [
    token.slice(0, -4),
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    signLink([foreign], link()),
    signTicket([today], link(), inOneMinute()),
    'nonsense',
    '%3Cscript%3E',
  ];

  it('is told on a page what to do', async () => {
    for (const text of damaged()) {
      const answer = await click(text);
      const page = await answer.text();
      expect({ status: answer.status, page }).toMatchObject({
        status: 404,
        page: expect.stringContaining('This link is damaged'),
      });
      expect(page).toContain('Open it from the e-mail itself');
      expect(page).toContain(answer.headers.get('x-correlation-id'));
      expect(page).not.toContain('script');
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('is told to programs as a problem, as they ask for it', async () => {
    for (const accept of ['application/json', 'application/problem+json']) {
      const answer = await gateway.send('GET', `/v1/links/${foreign}`, { headers: { accept } });
      expect(answer).toMatchObject({ status: 404, body: { code: 'link-invalid' } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it('is as little when it is only asked for (HEAD)', async () => {
    const answer = await click('nonsense', browser, 'HEAD');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  it('may be as long as it likes', async () => {
    expect((await click('A'.repeat(513))).status).toBe(414);
  });
});

describe('a ticket', () => {
  it('ends, and then tells to open the link again', async () => {
    const answer = await click(`audio/${signTicket([today], link(), Date.now() - 1)}`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('Open the link in the e-mail again');
  });

  it('is no link, and no link is a ticket', async () => {
    const answer = await click(`audio/${signLink([today], link())}`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('This link is damaged');
  });
});

describe('a link that was signed here', () => {
  // Nobody serves mailboxes here: what is let through as signed ends at the missing service.
  it.each([
    ['today', today],
    ['before the secret was replaced', earlier],
  ])('%s is looked at', async (_when, secret) => {
    for (const path of [signLink([secret], link()), `audio/${signTicket([secret], link(), inOneMinute())}`]) {
      const answer = await click(path);
      expect(answer.status).toBe(503);
      const page = await answer.text();
      expect(page).toContain('Nothing is lost.');
      expect(page).not.toContain('ana@example.org');
      const told = await gateway.send('GET', `/v1/links/${path}`, { headers: { accept: 'application/json' } });
      expect(told).toMatchObject({ status: 503, body: { code: 'service-unavailable' } });
    }
  });

  it('may come with what mail programs add', async () => {
    expect((await click(`${signLink([today], link())}?utm_source=mail&fbclid=x`)).status).toBe(503);
  });
});

it('no token and no ticket is in the log', async () => {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'gateway',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const config = configSchema.parse({ ...gateway.environment, LOG_LEVEL: 'trace' });
  const logging = await startService(gatewayService(config), logger);
  try {
    const token = signLink([today], link());
    const ticket = signTicket([today], link(), inOneMinute());
    for (const path of [token, `audio/${ticket}`, `${token}x`, `${token}/more`]) {
      await (await fetch(`${logging.url}/v1/links/${path}`)).text();
    }
    const log = lines.join('');
    expect(log).toContain('/v1/links/:token');
    expect(log).toContain('/v1/links/audio/:ticket');
    for (const secret of [token, ticket]) expect(log).not.toContain(secret.slice(0, 40));
  } finally {
    await logging.close();
  }
});
