import { z } from 'zod';

/** Names and examples of the schemas that the OpenAPI document refers to. */
export const components = z.registry<{ id: string; examples?: unknown[] }>();

/**
 * Names a schema `#/components/schemas/<id>` in the OpenAPI document, with examples that the schema accepts (a test
 * checks that), and returns it.
 */
export const component = <Schema extends z.ZodType>(
  id: string,
  schema: Schema,
  ...examples: z.input<Schema>[]
): Schema => {
  components.add(schema, examples.length === 0 ? { id } : { id, examples });
  return schema;
};
