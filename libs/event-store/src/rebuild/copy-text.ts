import type { Column } from '../schema/written-table.ts';

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escaped = (text: string): string =>
  special.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (character) => escapes[character] as string) : text;

/** An array as Postgres writes it: `{"a",NULL}`. */
const arrayText = (items: readonly unknown[]): string =>
  `{${items
    .map((item) => {
      if (item === null || item === undefined) return 'NULL';
      if (Array.isArray(item)) return arrayText(item);
      return `"${plainText(item).replaceAll(/[\\"]/g, '\\$&')}"`;
    })
    .join(',')}}`;

const plainText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
};

const isJson = (type: string): boolean => type === 'json' || type === 'jsonb';

const field = (value: unknown, type: string): string => {
  if (value === null || value === undefined) return '\\N';
  if (isJson(type)) return escaped(JSON.stringify(value));
  return escaped(Array.isArray(value) && type.endsWith('[]') ? arrayText(value) : plainText(value));
};

/**
 * One row in the text format of `COPY`, with the values that `jsonb_to_recordset` would give its columns; only JSON in a
 * column of text has no blanks.
 */
export const copyLine = (row: Readonly<Record<string, unknown>>, columns: readonly Column[]): string => {
  let line = '';
  for (const { name, type } of columns) line += `${field(row[name], type)}\t`;
  return `${line.slice(0, -1)}\n`;
};
