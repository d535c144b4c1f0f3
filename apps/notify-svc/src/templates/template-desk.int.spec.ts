import { type CallContext, newTemplate, templateQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { sampleFacts } from './facts/sample.ts';
import { renderNotice } from './render-notice.ts';
import { TemplateDesk } from './template-desk.ts';
import { TemplatesOf } from './templates-of.ts';

let notify: Notify;
let desk: TemplateDesk;
beforeAll(async () => {
  notify = await startNotify();
  desk = new TemplateDesk(notify.ground);
});
afterAll(() => notify?.close());

const callAs = (tenantId = newId(), admin = true): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: newId(), admin },
  correlationId: 'asked',
  deadline: Date.now() + 5_000,
});
const content = (subject: string) => newTemplate.parse({ subject });
const set = (call: CallContext, language: string, subject: string, kind: 'email' | 'digest' = 'email') =>
  desk.set({ kind, language, content: content(subject) }, call);
const listOf = (call: CallContext, query: object = {}) =>
  desk.list(templateQueries.listTemplates.input.parse(query), call);

describe('a tenant’s template', () => {
  it('is set, read, listed, changed and removed', async () => {
    const call = callAs();
    const made = await set(call, 'fr-CA', 'Allô {{ caler.name }}');
    expect(made).toMatchObject({
      kind: 'email',
      language: 'fr-CA',
      subject: 'Allô {{ caler.name }}',
      text: null,
      version: 1,
    });
    expect(made.warnings).toEqual([
      { part: 'subject', line: 1, column: 9, message: 'there is no `caler.name` here; it will be empty' },
    ]);
    const key = { kind: 'email', language: 'fr-CA' } as const;
    expect(await desk.get(key, call)).toEqual({ ...made, builtIn: false });
    const changed = await set(call, 'fr-CA', 'Allô');
    expect(changed).toMatchObject({ version: 2, warnings: [] });
    expect(await set(call, 'fr-CA', 'Allô')).toEqual(changed);
    expect((await listOf(call)).items).toEqual([changed]);
    await desk.remove(key, call);
    expect((await listOf(call)).items).toEqual([]);
    await expect(desk.remove(key, call)).rejects.toMatchObject({ code: 'template-not-found', kind: 'not-found' });
    expect(await desk.get(key, call)).toMatchObject({ builtIn: true, version: null, subject: expect.any(String) });
    expect(await set(call, 'fr-CA', 'Encore')).toMatchObject({ version: 4 });
  });

  it('is listed page by page, by kind and language', async () => {
    const call = callAs();
    await set(call, 'fr', 'F', 'digest');
    await set(call, 'fr', 'F');
    await set(call, 'de', 'D');
    const first = await listOf(call, { limit: 2 });
    const second = await listOf(call, { limit: 2, cursor: first.next });
    const seen = [...first.items, ...second.items].map(({ kind, language }) => `${kind}/${language}`);
    expect(seen).toEqual(['digest/fr', 'email/de', 'email/fr']);
    expect(second.next).toBeNull();
    expect((await listOf(call, { kind: 'email' })).items).toHaveLength(2);
  });

  it('is changed upon the version that was seen', async () => {
    const call = callAs();
    await set(call, 'en', 'one');
    const upon = (ifVersion: number) =>
      desk.set({ kind: 'email', language: 'en', content: content('two'), ifVersion }, call);
    await expect(upon(7)).rejects.toMatchObject({ code: 'version-mismatch' });
    expect(await upon(1)).toMatchObject({ version: 2 });
    const remove = desk.remove({ kind: 'email', language: 'en', ifVersion: 1 }, call);
    await expect(remove).rejects.toMatchObject({ code: 'version-mismatch' });
  });

  it('is nobody else’s', async () => {
    const call = callAs();
    await set(call, 'en', 'Ours');
    expect((await listOf(callAs())).items).toEqual([]);
    expect(await desk.get({ kind: 'email', language: 'en' }, callAs())).toMatchObject({ builtIn: true });
    const theirs = await desk.preview({ kind: 'email', language: 'en', facts: {} }, callAs());
    expect(theirs.subject).not.toBe('Ours');
  });

  it('is for administrators', async () => {
    const call = callAs(newId(), false);
    const key = { kind: 'email', language: 'en' } as const;
    const refused = { code: 'administrator-required', kind: 'rejected' };
    await expect(set(call, 'en', 'x')).rejects.toMatchObject(refused);
    await expect(desk.remove(key, call)).rejects.toMatchObject(refused);
    await expect(desk.get(key, call)).rejects.toMatchObject(refused);
    await expect(listOf(call)).rejects.toMatchObject(refused);
    await expect(desk.preview({ ...key, facts: {} }, call)).rejects.toMatchObject(refused);
  });

  it('is not kept when it cannot be used', async () => {
    const call = callAs();
    await expect(set(call, 'en', '{% for')).rejects.toMatchObject({
      code: 'template-invalid',
      details: { errors: [{ path: 'subject', message: expect.stringContaining('line 1, column 1') }] },
    });
    expect((await listOf(call)).items).toEqual([]);
  });
});

describe('a preview', () => {
  const key = { kind: 'email', language: 'fr' } as const;

  it('is of what is in force, or of what is tried out', async () => {
    const call = callAs();
    expect((await desk.preview({ ...key, facts: {} }, call)).subject).toMatch(
      /^\[Urgent\] Nouveau message vocal de Zoé/,
    );
    await set(call, 'fr', 'À toi, {{ recipient.name }}');
    const kept = await desk.preview({ ...key, facts: { recipientName: 'Marie' } }, call);
    expect(kept).toMatchObject({ subject: 'À toi, Marie', warnings: [], problem: null });
    const facts = { callerName: null, callerNumber: null, durationMs: null, urgent: false, timezone: 'Asia/Tokyo' };
    const tried = {
      ...key,
      content: newTemplate.parse({ text: '{{ caller.text }} {{ message.date }} {{ x }}' }),
      facts,
    };
    expect(await desk.preview(tried, call)).toMatchObject({
      subject: 'Nouveau message vocal de correspondant inconnu pour Reception (1001)',
      text: expect.stringMatching(/^correspondant inconnu mardi 14 juillet 2026 à 17:15:00/),
      html: null,
      warnings: [{ part: 'text', line: 1, column: 41 }],
    });
  });

  it('refuses what could not be kept', async () => {
    const tried = { ...key, content: content('{{ x | raw }}'), facts: {} };
    await expect(desk.preview(tried, callAs())).rejects.toMatchObject({ code: 'template-invalid' });
  });
});

describe('who sends', () => {
  it('finds the templates for a language, the most specific first', async () => {
    const call = callAs();
    for (const language of ['fr', 'fr-CA', 'en', 'de']) await set(call, language, language);
    const templates = new TemplatesOf(notify.store.pool, { keepMs: 0 });
    const found = async (language: string) =>
      (await templates.find(call.tenantId, { kind: 'email', language })).map((template) => template.language);
    expect(await found('fr-CA')).toEqual(['fr-CA', 'fr']);
    expect(await found('fr')).toEqual(['fr']);
    // There are words in German and none in Finnish.
    expect(await found('de-AT')).toEqual(['de']);
    expect(await found('es')).toEqual([]);
    expect(await found('fi')).toEqual(['en']);
    const [own] = await templates.find(call.tenantId, { kind: 'email', language: 'fr-CA' });
    expect(renderNotice(own ? [own] : [], sampleFacts('email', 'fr-CA')).subject).toBe('fr-CA');
  });

  it('reads them once in a while, and forgets those that are not used', async () => {
    const call = callAs();
    const key = { kind: 'email', language: 'en' } as const;
    const templates = new TemplatesOf(notify.store.pool, { keepMs: 60_000, most: 2 });
    await set(call, 'en', 'before');
    const first = await templates.find(call.tenantId, key);
    await set(call, 'en', 'after');
    expect(await templates.find(call.tenantId, key)).toBe(first);
    await templates.find(call.tenantId, { ...key, kind: 'sms' });
    await templates.find(call.tenantId, { ...key, kind: 'fax' });
    expect(await templates.find(call.tenantId, key)).toMatchObject([{ subject: 'after' }]);
  });
});
