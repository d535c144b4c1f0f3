import { readFileSync } from 'node:fs';
import { templateKind, templateParts } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { checkTemplate } from './check-template.ts';
import { filters } from './engine/filters.ts';
import { sampleFacts } from './facts/sample.ts';
import { variablesOf } from './facts/variables.ts';

const page = readFileSync(new URL('../../../../docs/templates.md', import.meta.url), 'utf8');

const tables = [...page.matchAll(/<!-- variables:([\w-]+) -->([\s\S]*?)<!-- end -->/g)].map(([, kind, table = '']) => ({
  kind: templateKind.parse(kind),
  names: table
    .split('\n')
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name)),
}));

/** `a.b` for every value; a list is one value. */
const namesIn = (value: unknown, before = ''): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, member]) => namesIn(member, before === '' ? name : `${before}.${name}`))
    : [before];

describe('docs/templates.md', () => {
  it.each(tables)('names only what there is for $kind', ({ kind, names }) => {
    expect(names.length).toBeGreaterThan(1);
    const text = names.map((name) => `{{ ${name} }}`).join('\n');
    const content = { subject: null, text, html: null };
    const unknown = checkTemplate({ kind, language: 'en' }, content).filter(({ message }) =>
      message.includes('there is no'),
    );
    expect(unknown).toEqual([]);
  });

  it('names everything about a message', () => {
    const documented = new Set(tables.flatMap(({ names }) => names));
    const known = namesIn(variablesOf(sampleFacts('email', 'en')));
    const untold = known.filter((name) => !documented.has(name) && !/^(words|owner)\./.test(name));
    expect(untold).toEqual([]);
  });

  it('says which of them are empty until messages know them, as the warnings do', () => {
    const names = tables.filter(({ kind }) => kind === 'email').flatMap((table) => table.names);
    const text = names.map((name) => `{{ ${name} }}`).join('\n');
    const warnings = checkTemplate({ kind: 'email', language: 'en' }, { subject: null, text, html: null });
    const empty = warnings.flatMap(({ message }) => /^no message has a `([\w.]+)` yet/.exec(message)?.[1] ?? []);
    expect(empty).toEqual([...new Set(empty)]);
    expect(empty.length).toBeGreaterThan(5);
    for (const name of empty) {
      const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
      expect(row).toContain('empty for now');
    }
  });

  it('names every filter, every kind and its parts', () => {
    const listed = /- filters: ([\s\S]*?)\n- /.exec(page)?.[1] ?? '';
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(Object.keys(filters).sort());
    for (const kind of templateKind.options) {
      expect(page).toMatch(new RegExp(`\\| \`${kind}\` \\| .* \\| ${templateParts[kind].join(', ')} \\|`));
    }
  });
});
