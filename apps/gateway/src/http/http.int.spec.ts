import { newId } from '@aftertone/kernel';
import { freshDatabase, natsUrl, type TestDatabase, uniqueCell } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../routes.ts';
import { rawRequest } from '../test-support/raw-request.ts';
import { type GatewayUnderTest, type Problem, startGateway } from '../test-support/start-gateway.ts';

let database: TestDatabase;
let gateway: GatewayUnderTest;
let admin: string;

beforeAll(async () => {
  database = await freshDatabase();
  gateway = await startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: natsUrl(),
    AFTERTONE_CELL: uniqueCell(),
    MAX_JSON_BYTES: '4096',
    REQUEST_TIMEOUT_MS: '30000',
  });
  admin = await gateway.logIn();
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
});

const pathOf = (path: string): string => path.replaceAll(/\{\w+\}/g, () => newId());

const expectProblem = (answer: { status: number; headers: Headers; body: Problem }, status: number, code: string) => {
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('x-correlation-id')).toBe(answer.body.correlationId);
  expect(answer.body).toEqual({
    type: `urn:aftertone:problem:${code}`,
    title: expect.stringMatching(/\w/),
    status,
    code,
    detail: expect.stringMatching(/\w/),
    correlationId: expect.stringMatching(/^[\w.-]+$/),
    errors: expect.any(Array),
  });
  expect(answer.status).toBe(status);
};

describe('every route that needs a token', () => {
  const closed = routes.filter(({ access }) => access !== null);

  it.each(closed.map(({ method, path }) => [method, path] as const))(
    '%s %s answers 401 without one',
    async (method, path) => {
      const answer = await gateway.send(method, pathOf(path));
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="aftertone"');
    },
  );

  it.each([
    ['a made-up one', `at_${'A'.repeat(43)}`],
    ['none of ours', 'eyJhbGciOiJIUzI1NiJ9.e30.x'],
  ])('answers 401 with %s', async (_name, token) => {
    expectProblem(await gateway.send('GET', '/v1/users', { token }), 401, 'unauthenticated');
    expectProblem(
      await gateway.send('GET', '/v1/users', { headers: { 'x-auth-token': token } }),
      401,
      'unauthenticated',
    );
  });

  it('takes it as X-Auth-Token too', async () => {
    expect(await gateway.send('GET', '/v1/users', { headers: { 'x-auth-token': admin } })).toMatchObject({
      status: 200,
    });
  });
});

describe('a request that is wrong', () => {
  it('names every wrong field', async () => {
    const body = { username: 'a b', firstName: 7, hobby: 'chess' };
    const answer = await gateway.send('POST', '/v1/users', { token: admin, body });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors.map(({ path }) => path).sort()).toEqual(['firstName', 'hobby', 'password', 'username']);
  });

  it('names a query parameter that is not known, with and without others', async () => {
    for (const path of ['/v1/users?colour=red', '/v1/users/me?colour=red']) {
      const answer = await gateway.send('GET', path, { token: admin });
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.body.errors).toMatchObject([{ path: 'colour' }]);
    }
  });

  it.each(['0', '201', 'ten', '1.5', ''])('does not take %j for a limit', async (limit) => {
    const answer = await gateway.send('GET', `/v1/users?limit=${limit}`, { token: admin });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toMatchObject([{ path: 'limit' }]);
  });

  it('does not take a cursor that it did not give out', async () => {
    expectProblem(await gateway.send('GET', '/v1/users?cursor=abc', { token: admin }), 400, 'cursor-invalid');
  });

  const post = async (body: string, contentType: string) => {
    const response = await fetch(`${gateway.url}/v1/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': contentType },
      body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
  };

  it('is refused when it is no JSON', async () => {
    expectProblem(await post('{"username":', 'application/json'), 400, 'invalid-request');
    expectProblem(await post('', 'application/json'), 400, 'invalid-request');
    expectProblem(await post('{"__proto__": {"role": "admin"}}', 'application/json'), 400, 'invalid-request');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'audio/wav',
    'nonsense',
  ])('is refused as %s', async (contentType) =>
    expectProblem(await post('username=x', contentType), 415, 'unsupported-media-type'),
  );

  it.each([
    ['PUT', '/v1/messages/{id}/audio', /audio\/\* or application\/octet-stream/],
    ['POST', '/v1/mailboxes/{id}/messages', /multipart\/form-data/],
  ] as const)('is refused by %s %s when it is no stream of its kind, however large', async (method, path, taken) => {
    for (const contentType of ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'audio']) {
      const headers = { authorization: `Bearer ${admin}`, 'content-type': contentType };
      const response = await fetch(gateway.url + pathOf(path), { method, headers, body: 'x'.repeat(5_000) });
      const answer = { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
      expectProblem(answer, 415, 'unsupported-media-type');
      expect(answer.body.detail).toMatch(taken);
    }
  });

  it.each([
    ['PUT', '/v1/messages/{id}/audio', /audio\/\* or application\/octet-stream/],
    ['PUT', '/v1/prompts/{id}/vm-error', /audio\/\*, application\/octet-stream, or multipart\/form-data/],
    ['POST', '/v1/users', /application\/json/],
  ] as const)('is refused by %s %s without a type, and says what to send', async (method, path, taken) => {
    const headers = { authorization: `Bearer ${admin}` };
    const body = new Blob(['x'.repeat(50)]);
    const response = await fetch(gateway.url + pathOf(path), { method, headers, body });
    const answer = { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
    expectProblem(answer, 415, 'unsupported-media-type');
    expect(answer.body.detail).toMatch(taken);
  });

  it.each([
    ['POST', '/v1/messages/{id}/restore'],
    ['DELETE', '/v1/messages/{id}'],
  ])('names the fields of a body where none belongs: %s %s', async (method, path) => {
    const wrong = await gateway.send(method, pathOf(path), { token: admin, body: { colour: 'red', folder: 'inbox' } });
    expectProblem(wrong, 400, 'invalid-request');
    expect(wrong.body.errors.map((error) => error.path).sort()).toEqual(['colour', 'folder']);
    for (const body of [undefined, {}]) {
      // As far as the service that does not run here.
      expectProblem(await gateway.send(method, pathOf(path), { token: admin, body }), 503, 'service-unavailable');
    }
  });

  it('may be missing where none belongs, also when its type is named', async () => {
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const response = await fetch(gateway.url + pathOf('/v1/messages/{id}/restore'), { method: 'POST', headers });
    const answer = { status: response.status, headers: response.headers, body: (await response.json()) as Problem };
    expectProblem(answer, 503, 'service-unavailable');
  });

  it('is refused when it is too large', async () => {
    const body = JSON.stringify({ username: 'x'.repeat(5_000) });
    expectProblem(await post(body, 'application/json'), 413, 'body-too-large');
  });
});

describe('what is not there', () => {
  it.each(['/', '/v1', '/v1/nothing', '/v2/users'])('%s is 404', async (path) => {
    expectProblem(await gateway.send('GET', path, { token: admin }), 404, 'not-found');
  });

  it('is 405 with Allow where another method is', async () => {
    const answer = await gateway.send('PUT', '/v1/users', { token: admin, body: {} });
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await gateway.send('OPTIONS', '/v1/tokens')).headers.get('allow')).toBe('POST');
  });

  it('is the object that no id can name', async () => {
    expectProblem(await gateway.send('GET', '/v1/users/42', { token: admin }), 404, 'user-not-found');
    expectProblem(await gateway.send('GET', '/v1/mailboxes/me', { token: admin }), 404, 'mailbox-not-found');
    expectProblem(await gateway.send('GET', `/v1/users/${'x'.repeat(600)}`, { token: admin }), 414, 'uri-too-long');
  });

  it('is a service that does not run: 503 at once', async () => {
    const begun = performance.now();
    expectProblem(await gateway.send('GET', '/v1/mailboxes', { token: admin }), 503, 'service-unavailable');
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('what is no request at all', () => {
  const problemIn = (answer: string): Problem => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Problem;

  it('is told so as well', async () => {
    const answer = await rawRequest(gateway.url, 'HELLO\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 .*content-type: application\/problem\+json/s);
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('has headers of a bearable size', async () => {
    const answer = await rawRequest(gateway.url, `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(problemIn(answer)).toMatchObject({ status: 431, code: 'headers-too-large' });
  });

  it('has a readable URL', async () => {
    const answer = await rawRequest(gateway.url, 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(problemIn(answer)).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('every answer', () => {
  it('carries the correlation id that came, when it is harmless, else a new one', async () => {
    const given = await gateway.send('GET', '/v1/users/me', {
      token: admin,
      headers: { 'x-correlation-id': 'call-7' },
    });
    expect(given.headers.get('x-correlation-id')).toBe('call-7');
    const odd = await gateway.send('GET', '/v1/users/me', { token: admin, headers: { 'x-correlation-id': 'a b"c' } });
    expect(odd.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('has security headers and is kept by nobody', async () => {
    const { headers } = await gateway.send('GET', '/v1/users/me', { token: admin });
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('to HEAD is that to GET without its body', async () => {
    const answer = await gateway.send<undefined>('HEAD', '/v1/users/me', { token: admin });
    expect(answer).toMatchObject({ status: 200, body: undefined });
    expect(answer.headers.get('etag')).toBe('"1"');
  });

  it('is 304 to whoever has it already', async () => {
    const { headers } = await gateway.send('GET', '/v1/users/me', { token: admin });
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect(await gateway.send('GET', '/v1/users/me', { token: admin, headers: known })).toMatchObject({ status: 304 });
  });
});

describe('the documentation', () => {
  it('is at /openapi.json, without a token', async () => {
    const { status, body } = await gateway.send<{ openapi: string; paths: object }>('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.1');
    expect(Object.keys(body.paths)).toEqual([...new Set(routes.map(({ path }) => path))]);
  });

  it('is a page whose parts are all served here', async () => {
    const page = await (await fetch(`${gateway.url}/docs`)).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const part of parts) {
      const response = await fetch(new URL(part, `${gateway.url}/docs`));
      expect([part, response.status]).toEqual([part, 200]);
      await response.body?.cancel();
    }
    // A page under this policy runs no script of its own text.
    expect(page).not.toMatch(/<script(?![^>]*src)/);
  });

  it('gives out no other file of the package', async () => {
    for (const path of ['package.json', 'index.html', '..%2fpackage.json']) {
      expect((await fetch(`${gateway.url}/docs/assets/${path}`)).status).toBe(404);
    }
  });
});

describe('health', () => {
  it('tells what answers', async () => {
    expect(await gateway.send('GET', '/healthz')).toMatchObject({ status: 200 });
    expect(await gateway.send('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: true, bus: true } },
    });
    expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('aftertone_http_request_duration_seconds');
  });
});
