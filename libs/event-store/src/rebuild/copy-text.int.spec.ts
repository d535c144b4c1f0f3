import { freshDatabase } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { copyIn } from './copy-in.ts';
import { copyLine } from './copy-text.ts';
import { isoTime, longSession } from './session.ts';

const columns = [
  ...[
    { name: 'n', type: 'integer' },
    { name: 'said', type: 'text' },
    { name: 'facts', type: 'jsonb' },
  ],
  ...[
    { name: 'names', type: 'text[]' },
    { name: 'counts', type: 'bigint[]' },
    { name: 'yes', type: 'boolean' },
  ],
  ...[{ name: 'at', type: 'timestamp with time zone' }],
];

const rows: Record<string, unknown>[] = [
  {
    n: 1,
    said: 'plain',
    facts: { a: [1, null] },
    names: ['a', 'b'],
    counts: [1, 2],
    yes: true,
    at: '2026-03-01T09:00:00.120Z',
  },
  { n: 2, said: 'tab\tline\nreturn\r\\back \\N', facts: 'tab\t"quoted" \\ line\n', names: [], yes: false },
  { n: 3, said: '', facts: null, names: ['', 'NULL', null, '{,}', 'a"b\\c', 'line\n'], counts: [null, -1] },
  { n: 4, said: '{"a":1}', facts: [], names: null, unknown: 'to the table' },
  {
    n: 5,
    said: 5.5,
    facts: 0,
    names: [
      ['a', 'b'],
      ['c', 'd'],
    ],
    at: new Date(0),
  },
];

it('writes what the function of the append would have written', async () => {
  const database = await freshDatabase();
  const session = await longSession(database.url, 'test');
  const definitions = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
  await session.query(`CREATE TABLE copied (${definitions}); CREATE TABLE expected (${definitions})`);
  await copyIn(session, 'COPY copied FROM STDIN', rows.map((row) => copyLine(row, columns)).join(''));
  await session.query(`INSERT INTO expected SELECT * FROM jsonb_to_recordset($1) AS x(${definitions})`, [
    JSON.stringify(rows),
  ]);
  const read = async (table: string) => (await session.query(`SELECT * FROM ${table} ORDER BY n`)).rows;
  expect(await read('copied')).toEqual(await read('expected'));
  expect(isoTime((await read('copied'))[0].at)).toBe('2026-03-01T09:00:00.120Z');
  expect(isoTime((await read('copied'))[4].at)).toBe('1970-01-01T00:00:00.000Z');
  await expect(copyIn(session, 'COPY copied FROM STDIN', 'no number\n')).rejects.toThrow('invalid input syntax');
  expect(await read('copied')).toHaveLength(5); // and the session can go on
  await session.end();
  await database.drop();
});
