import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { routes } from '../routes.ts';
import { components } from './components.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument(routes, 'https://voicemail.example.org');

/** They ask for a password, or for what we signed. */
const open = ['logIn', 'openLink', 'playLink'];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('refers only to schemas that it holds, and holds no other', () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
    const { schemas } = z
      .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
      .parse(document).components;
    expect([...used].sort()).toEqual(Object.keys(schemas).sort());
  });

  it('names each operation once, with its access', () => {
    const ids = routes.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, access } of routes) expect(access === null).toBe(open.includes(operationId));
  });
});

describe('what a route takes beside its access', () => {
  const { paths } = z
    .object({
      paths: z.record(
        z.string(),
        z.record(z.string(), z.object({ description: z.string().optional(), 'x-right': z.string().optional() })),
      ),
    })
    .parse(document);

  it.each([
    ['get', '/v1/messages/{id}', 'listen', 'the right `listen`'],
    ['post', '/v1/messages/{id}/claim', 'mark', 'the right `mark`'],
    ['post', '/v1/messages/{id}/copy', 'move', 'the right `move`'],
    ['put', '/v1/mailboxes/{id}/members/{userId}', 'settings', 'the right `settings`'],
    ['post', '/v1/mailboxes', 'administer', '`aftertone.tenant.administer`'],
    ['patch', '/v1/mailboxes/{id}', 'settings', '`aftertone.tenant.administer`'],
    ['delete', '/v1/mailboxes/{id}', 'administer', '`aftertone.tenant.administer`'],
  ] as const)('%s %s: %s', (method, path, right, words) => {
    expect(paths[path]?.[method]).toMatchObject({ 'x-right': right, description: expect.stringContaining(words) });
  });

  it('is told of every route that is about one mailbox or message', () => {
    const concerned = routes.filter(({ missing = '' }) => /^(mailbox|message)-not-found$/.test(missing));
    expect(concerned.filter(({ right }) => right === undefined)).toEqual([]);
  });
});

describe('the documented answers', () => {
  const { paths } = z
    .object({
      paths: z.record(
        z.string(),
        z.record(z.string(), z.object({ responses: z.record(z.string(), z.object({ description: z.string() })) })),
      ),
    })
    .parse(document);
  const answersOf = (method: string, path: string) => paths[path]?.[method]?.responses ?? {};

  it.each(routes.map(({ method, path }) => [method, path] as const))(
    'of %s %s name a wrong request',
    (method, path) => {
      expect(answersOf(method.toLowerCase(), path)[400]?.description).toContain('`invalid-request`');
    },
  );

  it('of audio tell about ranges and copies that the client has', () => {
    const answers = answersOf('get', '/v1/messages/{id}/audio');
    expect(Object.keys(answers)).toEqual(expect.arrayContaining(['200', '206', '304', '416']));
    expect(answers[206]).toHaveProperty(['description'], expect.stringContaining('range'));
  });

  it.each(['/v1/users/{id}', '/v1/mailboxes/{id}', '/v1/messages/{id}'])('of GET %s tell about 304', (path) => {
    expect(answersOf('get', path)).toHaveProperty('304');
    expect(answersOf('patch', path)).not.toHaveProperty('304');
  });

  it.each([
    ['patch', '/v1/messages/{id}', 422, 'mailbox-full'],
    ['post', '/v1/messages/{id}/move', 404, 'mailbox-not-found'],
    ['put', '/v1/mailboxes/{id}/pin', 422, 'pin-too-simple'],
    ['put', '/v1/mailboxes/{id}/pin', 403, 'right-required'],
    ['post', '/v1/mailboxes', 409, 'mailbox-number-taken'],
    ['patch', '/v1/mailboxes/{id}', 403, 'administrator-required'],
    ['patch', '/v1/mailboxes/{id}', 409, 'shared-mailbox-exists'],
    ['put', '/v1/mailboxes/{id}/members/{userId}', 400, 'unknown-member'],
    ['post', '/v1/messages/{id}/claim', 409, 'message-claimed'],
    ['post', '/v1/messages/batch', 422, 'claim-needs-user'],
    ['post', '/v1/messages/{id}/copy', 409, 'idempotency-key-reused'],
    ['delete', '/v1/tokens/current', 422, 'token-of-issuer'],
    ['patch', '/v1/mailboxes/{id}', 409, 'mailbox-number-taken'],
    ['post', '/v1/mailboxes', 400, 'unknown-owner'],
    ['get', '/v1/mailboxes', 400, 'cursor-invalid'],
    ['delete', '/v1/messages/{id}', 409, 'stream-busy'],
  ] as const)('of %s %s with %i name %s', (method, path, status, code) => {
    expect(answersOf(method, path)[status]?.description).toContain(`\`${code}\``);
  });
});

describe('every example', () => {
  const named = [...new Set(routes.flatMap(({ body, answer }) => [body, answer]))].filter(
    (schema): schema is z.ZodType => schema !== undefined,
  );
  it.each(named.map((schema) => [components.get(schema)?.id ?? 'unnamed', schema] as const))(
    'of %s is accepted by its schema',
    (id, schema) => {
      expect(id).not.toBe('unnamed');
      for (const example of components.get(schema)?.examples ?? []) {
        expect(schema.safeParse(example)).toMatchObject({ success: true });
      }
    },
  );
});
