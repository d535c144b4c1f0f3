import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { routes } from '../routes.ts';
import { components } from './components.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument(routes, 'https://voicemail.example.org');

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
    for (const { operationId, access } of routes) expect(access === null).toBe(operationId === 'logIn');
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
