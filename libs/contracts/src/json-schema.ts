import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface JsonSchemaOptions {
  /** OpenAPI 3.1 speaks 2020-12 (default), AsyncAPI 3 draft-7. */
  target?: 'draft-2020-12' | 'draft-7';
}

/**
 * JSON Schema of what is sent (`input`: defaults may be absent) or of what is read (`output`: they are there).
 *
 * Without `$schema`, so that it can stand inside another document. Only strict objects refuse unknown fields:
 * everywhere else a later version may add some. A transform's output, which JSON Schema cannot tell, is `{}`.
 */
export const toJsonSchema = (
  schema: z.ZodType,
  io: 'input' | 'output',
  { target = 'draft-2020-12' }: JsonSchemaOptions = {},
): JsonSchema => {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io,
    target,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
      // what `format` says already, in 300 characters
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      // zod names the range of exact integers; as a bound it is only noise
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return json;
};
