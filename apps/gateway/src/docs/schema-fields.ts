import { z } from 'zod';

/** What this page knows of a JSON Schema; the rest is left to the schema files. */
export interface FieldSchema {
  type?: string | string[] | undefined;
  format?: string | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  description?: string | undefined;
  properties?: Record<string, FieldSchema> | undefined;
  required?: string[] | undefined;
  items?: FieldSchema | undefined;
  anyOf?: FieldSchema[] | undefined;
  oneOf?: FieldSchema[] | undefined;
}

export const fieldSchema: z.ZodType<FieldSchema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), fieldSchema).optional(),
    required: z.array(z.string()).optional(),
    items: fieldSchema.optional(),
    anyOf: z.array(fieldSchema).optional(),
    oneOf: z.array(fieldSchema).optional(),
  }),
);

/** One line of a table of fields. */
export interface Field {
  /** `message.content.codec`; `[]` behind what is in a list. */
  path: string;
  type: string;
  /** Whether it may be absent. */
  optional: boolean;
  description: string | undefined;
}

const choices = (schema: FieldSchema): FieldSchema[] => schema.anyOf ?? schema.oneOf ?? [];

/** `string (uuid) or null`. */
export const typeOf = (schema: FieldSchema): string => {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (choices(schema).length > 0) return [...new Set(choices(schema).map(typeOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => (schema.format && type === 'string' ? `string (${schema.format})` : type)).join(' or ');
};

/** The fields of an object and of the objects in it; of several shapes, those of each, once. */
export const fieldsOf = (schema: FieldSchema, prefix = ''): Field[] => {
  if (schema.items !== undefined) return fieldsOf(schema.items, `${prefix}[]`);
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]): Field[] => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const optional = !schema.required?.includes(name);
    return [{ path, type: typeOf(member), optional, description: member.description }, ...fieldsOf(member, path)];
  });
  const all = [...own, ...choices(schema).flatMap((choice) => fieldsOf(choice, prefix))];
  const byPath = Map.groupBy(all, ({ path }) => path);
  return [...byPath.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, type: [...new Set(same.map(({ type }) => type))].join(' | ') }];
  });
};
