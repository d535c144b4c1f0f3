import type { EntitySchema } from 'typeorm';

/** The columns of an entity's table under the names of its fields, for a statement of our own: rows come as the ORM gives them. */
export const columnsOf = <Row>({ options }: EntitySchema<Row>, alias: string): string =>
  Object.entries<{ name?: string } | undefined>(options.columns)
    .map(([field, column]) => `${alias}.${column?.name ?? field} AS "${field}"`)
    .join(', ');
