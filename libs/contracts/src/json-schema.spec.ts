import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventDefinitions } from './events/index.ts';
import { toJsonSchema } from './json-schema.ts';
import { newMailbox } from './mailbox.ts';
import { messageItem } from './message.ts';
import { rpcs } from './rpc/catalogue.ts';

const schemas: [string, z.ZodType][] = [
  ...eventDefinitions.map(({ type, data }): [string, z.ZodType] => [type, data]),
  ...rpcs.flatMap(({ name, input, output }): [string, z.ZodType][] => [
    [`${name} input`, input],
    [`${name} output`, output],
  ]),
];

describe('toJsonSchema', () => {
  it.each(schemas)('tells all of %s, in both directions', (_, schema) => {
    for (const io of ['input', 'output'] as const) {
      expect(() => z.toJSONSchema(schema, { io, unrepresentable: 'throw' })).not.toThrow();
      expect(new Ajv2020({ strict: true, validateFormats: false }).validateSchema(toJsonSchema(schema, io))).toBe(true);
    }
  });

  it('lets a request leave out what has a default, and refuse what is unknown', () => {
    const schema = toJsonSchema(newMailbox, 'input');
    expect(schema).toMatchObject({ required: ['number', 'name'], additionalProperties: false });
    expect(toJsonSchema(newMailbox, 'output').required).toContain('quota');
  });

  it('lets an answer grow', () => {
    const schema = toJsonSchema(messageItem, 'output');
    expect(schema).not.toHaveProperty('additionalProperties');
    expect(schema.properties?.receivedAt).toMatchObject({ type: 'string', format: 'date-time' });
    expect(schema).not.toHaveProperty('$schema');
  });

  it('names no bound that is none', () => {
    expect(toJsonSchema(z.object({ n: z.number().int().min(1) }), 'output').properties?.n).toEqual({
      type: 'integer',
      minimum: 1,
    });
  });

  it('does not fail on a transform', () => {
    const flag = z.string().transform((text) => text === 'true');
    expect(toJsonSchema(flag, 'input')).toEqual({ type: 'string' });
    expect(toJsonSchema(flag, 'output')).toEqual({});
  });
});
