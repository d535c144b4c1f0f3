// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Asterisk's variables look like this

import { describe, expect, it } from 'vitest';
import { CompiledPart, type Mode } from './engine.ts';
import { TemplateFault } from './problem.ts';

const recipient = { language: 'fr', timezone: 'Europe/Paris' };
const variables = {
  recipient,
  caller: { name: '<b>"Zoé"</b>' },
  message: { receivedAt: '2026-07-14T08:15:07.000Z', transcription: null },
  counts: { new: 0 },
  list: ['a', 'b'],
};
const fill = (source: string, mode: Mode = 'text'): string => new CompiledPart(source, mode).fill(variables);
const faultOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof TemplateFault) return error.fault;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('values', () => {
  it('are escaped in HTML and nowhere else, whatever filters say', () => {
    const escaped = '&lt;b&gt;&quot;Zoé&quot;&lt;/b&gt;';
    expect(fill('{{ caller.name }}', 'html')).toBe(escaped);
    for (const filter of ['escape', 'safe', 'force_escape', 'append: ""', 'default: "x"']) {
      expect(fill(`{{ caller.name | ${filter} }}`, 'html')).toBe(escaped);
      expect(fill(`{{ caller.name | ${filter} }}`)).toBe('<b>"Zoé"</b>');
    }
    expect(fill('{% assign x = caller.name %}{% for y in list %}{{ x }}{% endfor %}', 'html')).toBe(escaped + escaped);
  });

  it('are nothing where they are missing, and show no objects', () => {
    expect(fill('[{{ nobody.there }}{{ caller }}{{ message.transcription }}]')).toBe('[]');
    expect(
      fill('{% if counts.new %}some{% else %}none{% endif %} {{ message.transcription|default:"Not Enabled" }}'),
    ).toBe('none Not Enabled');
  });

  it('have no prototype', () => {
    expect(
      fill('[{{ caller.constructor }}{{ caller.__proto__ }}{{ list.constructor.name }}{{ caller.name.at }}]'),
    ).toBe('[]');
  });

  it('that a template makes stay in it', () => {
    fill('{% assign __proto__ = list %}{% assign constructor = list %}{% assign recipient = 1 %}{{ constructor }}');
    expect(Object.hasOwn(Object.prototype, 'size')).toBe(false);
    expect(fill('{{ recipient.language }}')).toBe('fr');
    expect(variables.recipient).toBe(recipient);
  });

  it('are never read as templates', () => {
    expect(new CompiledPart('{{ x }}', 'text').fill({ x: '{{ recipient.language }} ${VM_NAME}' })).toBe(
      '{{ recipient.language }} ${VM_NAME}',
    );
  });
});

describe('dates', () => {
  it.each([
    ['{{ message.receivedAt | date: "%d.%m.%Y %H:%M:%S" }}', '14.07.2026 10:15:07'],
    ['{{ message.receivedAt | date: "%-d/%-m/%y %l %p %Z 100%%" }}', '14/7/26 10 AM Europe/Paris 100%'],
    ['{{ message.receivedAt | date: "%A %e %B, %a %b" }}', 'mardi 14 juillet, mar. juil.'],
    [String.raw`{{ message.receivedAt|date:"l j F Y \\a\\t H:i" }}`, 'mardi 14 juillet 2026 at 10:15'],
    [String.raw`{{ message.receivedAt|date:"l j F Y \a\t H:i" }}`, 'mardi 14 juillet 2026 at 10:15'],
    ['{{ "2026-07-14 23:05:00" | date: "%F %R" }}', '2026-07-14 23:05'],
    ['{{ caller.name | date: "%F" }}', '<b>"Zoé"</b>'],
  ])('%s', (source, text) => {
    expect(fill(source)).toBe(text);
  });
});

describe('a template that cannot be read', () => {
  it.each([
    ['a\n  {% if x %}', 2, 3, 'not closed; write the closing tag'],
    ['{{ caller.name | raw }}', 1, 1, 'undefined filter: raw; values are always escaped'],
    ['ab {{ caller.name | exec }}', 1, 4, 'the filters are abs,'],
    ['{% include "/etc/passwd" %}', 1, 1, 'tag "include" not found; the tags are assign,'],
    ['{% render "x" %}', 1, 1, 'tag "render" not found'],
    ['{% layout "x" %}', 1, 1, 'tag "layout" not found'],
    ['{% capture x %}{% endcapture %}', 1, 1, 'tag "capture" not found'],
    ['{{ caller.name', 1, 1, 'not closed'],
    ['${VM_NAME}\\n${VM_DUR}\n  ${IF($[1]?a:b)}', 2, 3, 'Asterisk'],
    ['${VM_NAME}\\n${VM_DUR} {% nonsense %}', 1, 23, 'tag "nonsense" not found'],
  ])('%s is refused with its place', (source, line, column, message) => {
    expect(faultOf(() => fill(source))).toEqual({ line, column, message: expect.stringContaining(message) });
  });
});

describe('a hostile template', () => {
  const doubling = `{% assign x = "0123456789" %}${'{% assign x = x | append: x %}'.repeat(40)}{{ x }}`;
  it.each([
    ['loops without an end', '{% for a in (1..99999) %}{% for b in (1..99999) %}{% endfor %}{% endfor %}'],
    ['counts very far', '{% for a in (1..999999999) %}{% endfor %}'],
    ['doubles a text', doubling],
    ['writes far too much', `{% for a in (1..90000) %}${'x'.repeat(1_000)}{% endfor %}`],
    ['is far too long', 'x'.repeat(300_000)],
    ['nests without an end', '{% if true %}'.repeat(9_000) + '{% endif %}'.repeat(9_000)],
    [
      'replaces again and again',
      `{% assign x = "aaaaaaaaaa" %}${'{% assign x = x | replace: "a", x %}'.repeat(9)}{{ x }}`,
    ],
    [
      'splits without an end',
      `${'{% assign x = x | append: "aaaaaaaaaaaaaaa" | split: "" | join: "bbbbb" %}'.repeat(99)}{{ x }}`,
    ],
  ])('that %s is stopped soon', (_, source) => {
    const begun = performance.now();
    expect(faultOf(() => fill(source)).message).toContain('make the template smaller');
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it.each([
    ['open outputs', '{{'.repeat(50_000)],
    ['open tags', '{%'.repeat(50_000)],
    ['open variables', '${'.repeat(50_000)],
    ['open quotes', `{{ ${'"'.repeat(90_001)} }}`],
    ['many dots', `{{ a${'.a'.repeat(45_000)} }}`],
    ['many filters', `{{ a${' | upcase'.repeat(10_000)} }}`],
    ['many brackets', `{{ a${'['.repeat(50_000)} }}`],
    ['backslashes', `{{ a | date: "${'\\'.repeat(90_000)}" }}`],
    ['blanks in a tag', `{%${' '.repeat(90_000)}if`],
    ['spaces before quotes', `{{ a${'| date :'.repeat(12_000)}`],
  ])('with %s takes no time', (_, source) => {
    const begun = performance.now();
    try {
      fill(source);
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateFault);
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
