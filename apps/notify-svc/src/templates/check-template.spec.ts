// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Asterisk's variables look like this

import { newTemplate, type TemplateContent, type TemplateKind, templateKind, templatePart } from '@aftertone/contracts';
import { DomainError } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { builtInSources } from './built-in/sources.ts';
import { checkTemplate } from './check-template.ts';
import { previewFactsOf } from './facts/preview.ts';
import { renderNotice } from './render-notice.ts';

const check = (content: Partial<TemplateContent>, kind: TemplateKind = 'email') =>
  checkTemplate({ kind, language: 'en' }, newTemplate.parse(content));
const errorsOf = (content: Partial<TemplateContent>, kind?: TemplateKind): unknown => {
  try {
    check(content, kind);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error).toMatchObject({ code: 'template-invalid', kind: 'invalid' });
    return error.details.errors;
  }
  throw new Error('it was taken');
};

it('takes every built-in template, and knows all that it names', () => {
  const isUnknown = ({ message }: { message: string }) => message.startsWith('there is no');
  for (const kind of templateKind.options) expect(check(builtInSources[kind], kind).filter(isUnknown)).toEqual([]);
});

describe('a warning', () => {
  it('tells names that no message has a value for, which a preview does not make up', () => {
    const text = '{{ original.name }}|{{ ORIG_VM_CIDNUM }}|{{ message.transcription }}';
    const told = (name: string, column: number) => ({
      ...{ part: 'text', line: 1, column },
      message: `no message has a \`${name}\` yet; it will be empty`,
    });
    expect(check({ text })).toEqual([
      ...[told('original.name', 4), told('ORIG_VM_CIDNUM', 24), told('message.transcription', 45)],
    ]);
    expect(check({ text: '{{ messages[0].original.name }}' }, 'digest')).toHaveLength(1);
    const own = [{ language: 'en', subject: null, text, html: null }];
    const shown = (facts: object) => renderNotice(own, previewFactsOf({ kind: 'email', language: 'en' }, facts)).text;
    expect(shown({})).toBe('||');
    expect(shown({ transcription: 'Call me' })).toBe('||Call me');
  });

  it('tells names that are not known, with their places', () => {
    const text = 'Hi {{ recipient.name }},\n{{ caller.nmae }} {{ service.support_number }}';
    expect(check({ text })).toEqual([
      { part: 'text', line: 2, column: 4, message: 'there is no `caller.nmae` here; it will be empty' },
      { part: 'text', line: 2, column: 22, message: 'there is no `service.support_number` here; it will be empty' },
    ]);
  });

  it('tells them where Asterisk’s variables stand before them', () => {
    expect(check({ text: '${VM_NAME}\\n${VM_NOTHING} {{ x }}' })).toMatchObject([
      { line: 1, column: 13, message: expect.stringContaining('`VM_NOTHING`') },
      { line: 1, column: 30, message: expect.stringContaining('`x`') },
    ]);
  });

  it('is not given for names of the template itself, lists and sizes', () => {
    const text =
      '{% assign who = caller.name %}{{ who }}{% for row in rows %}{{ forloop.index }}{{ row.label }}{% endfor %}' +
      '{{ rows.size }}{{ rows[0].value }}{{ rows.first.label }}{{ caller.name.size }}';
    expect(check({ text })).toEqual([]);
    expect(check({ text: '{% for m in messages %}{{ m.link }}{% endfor %}' })).toHaveLength(1);
    expect(check({ text: '{{ messages[0].mesage.date }}' }, 'digest')).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('names every part that is wrong, with place and advice', () => {
    expect(
      errorsOf({ subject: '{{ x | nofilter }}', text: 'a\n{% if x %}', html: '<p>{{ caller.name | raw }}</p>' }),
    ).toEqual([
      {
        path: 'subject',
        message: expect.stringMatching(/^line 1, column 1: undefined filter: nofilter; the filters are /),
      },
      { path: 'text', message: expect.stringMatching(/^line 2, column 1: .* not closed; write the closing tag/) },
      { path: 'html', message: expect.stringMatching(/^line 1, column 4: .*always escaped/) },
    ]);
  });

  it('is given for parts that a kind does not have', () => {
    expect(errorsOf({ text: 'x', html: '<p>x</p>' }, 'sms')).toEqual([
      { path: 'html', message: 'a template for sms has text only; leave it out' },
    ]);
  });

  it('is given for what would take too long or too much', () => {
    expect(errorsOf({ text: '{% for a in (1..99999) %}{% for b in (1..99999) %}{% endfor %}{% endfor %}' })).toEqual([
      { path: 'text', message: expect.stringContaining('make the template smaller') },
    ]);
  });

  it.each([
    ['<script>alert(1)</script>'],
    ['<a href="{{ caller.name }}">x</a>'],
    ['<a href="${VM_CIDNAME}">x</a>'],
    ["<img src='{{ caller.name }}'>"],
    ['<a href="https://{{ caller.name }}/x">x</a>'],
    ['<a href="https://example.org{{ caller.name }}">x</a>'],
    ['<a href={{ link }}>x</a>'],
    ['<a title={% if true %}{{ caller.name }}{% endif %}>x</a>'],
    ['<p onclick="x()">x</p>'],
    ['<p\nonmouseover = "{{ caller.name }}">x</p>'],
    ['<a href="JavaScript:alert(1)">x</a>'],
    ['<p style="color:{{ caller.name }}">x</p>'],
    ['<style>p { color: {{ caller.name }} }</style>'],
    ['<iframe src="https://example.org"></iframe>'],
    ['<meta http-equiv="refresh" content="0;url=x">'],
    ['<{{ caller.name }}>'],
    ['<a "x={{ caller.name }}>x</a>'],
    ['<a title="x"{{ caller.name }}>x</a>'],
    ['<a title={% if true %}"{{ caller.name }}"{% endif %}>x</a>'],
    ['<a {% if link %}title="{% endif %}{{ caller.name }}">x</a>'],
    ['<a title="{% for row in rows %}{% if link %}"{% break %}"{% endif %}{% endfor %}{{ caller.name }}">x</a>'],
    ['{% assign link = caller.name %}<a href="{{ link }}">x</a>'],
  ])('is given for HTML in which a value could become a script: %s', (html) => {
    expect(errorsOf({ html })).toContainEqual({
      path: 'html',
      message: expect.stringMatching(/^line [12], column \d+: /),
    });
  });

  it.each([
    ['<a href="{{ link }}">x</a>'],
    ['<a {% if link %}title="{{ caller.name }}"{% else %}lang="en"{% endif %} class="{% if link %}a{% endif %}">x</a>'],
    ['<a href="tel:{{ caller.number }}">x</a>'],
    ['<a href="https://crm.example.org/calls?from={{ caller.number | url_encode }}">x</a>'],
    ['<img src="https://example.org/logo.png" alt="{{ tenant.name }}" style="width:1em">'],
    [
      '<p title="{{ caller.name }}">{% if link %}on = {{ link }}{% endif %}</p><style>p { color: red }</style>{{ link }}',
    ],
  ])('is not given for %s', (html) => {
    expect(check({ html })).toEqual([]);
  });

  it('is decided on in no time, whatever is written', () => {
    const begun = performance.now();
    for (const piece of ['<a ', '<style', 'style="', '{%', '<', 'href=', '<a on', ' on=']) {
      try {
        check({ html: piece.repeat(131_072 / piece.length) });
      } catch (error) {
        expect(error).toBeInstanceOf(DomainError);
      }
    }
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});

it('has a limit of size for each part', () => {
  const longest = { subject: 1_000, text: 32_768, html: 131_072 };
  for (const part of templatePart.options) {
    expect(newTemplate.safeParse({ [part]: 'x'.repeat(longest[part]) }).success).toBe(true);
    expect(newTemplate.safeParse({ [part]: 'x'.repeat(longest[part] + 1) }).success).toBe(false);
  }
  expect(newTemplate.safeParse({}).success).toBe(false);
});
