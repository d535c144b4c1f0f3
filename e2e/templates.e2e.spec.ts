import type { Template, TemplateInForce, TemplatePreview } from '@aftertone/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client, Problem } from './client.ts';
import { Platform } from './platform.ts';

let platform: Platform;
let admin: Client;
beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const path = '/v1/notifications/templates/email/fr-CA';

const problemOf = async (method: string, at: string, body?: unknown): Promise<Problem & { status: number }> => {
  const response = await admin.send(method, at, body);
  return { ...((await response.json()) as Problem), status: response.status };
};

it('an administrator begins with the built-in template, tries an own one out, keeps it and removes it', async () => {
  const builtIn = await admin.json<TemplateInForce>('GET', path);
  expect(builtIn).toMatchObject({ kind: 'email', language: 'fr-CA', builtIn: true, version: null });

  const template = { subject: builtIn.subject, text: 'Appel de {{ caller.text }}, {{ message.date }}. {{ nothing }}' };
  const tried = await admin.json<TemplatePreview>('POST', `${path}/preview`, {
    template,
    facts: { callerName: 'Zoé\r\nBcc: all@example.test', timezone: 'America/Montreal', urgent: false },
  });
  expect(tried.subject).toBe('Nouveau message vocal de Zoé Bcc: all@example.test (+33155501234) pour Reception (1001)');
  expect(tried.text).toMatch(/^Appel de Zoé Bcc: all@example.test \(\+33155501234\), mardi 14 juillet 2026 à 0?4 h 15/);
  expect(tried).toMatchObject({ html: null, problem: null, warnings: [{ part: 'text', line: 1 }] });

  const made = await admin.send('PUT', path, template);
  expect([made.status, made.headers.get('etag')]).toEqual([200, '"1"']);
  const { items } = await admin.json<{ items: Template[] }>('GET', '/v1/notifications/templates');
  expect(items).toMatchObject([{ language: 'fr-CA', text: template.text, version: 1 }]);

  const shown = await fetch(admin.url + path, {
    headers: { authorization: `Bearer ${admin.token}`, 'if-none-match': '"1"' },
  });
  expect(shown.status).toBe(304);
  const stale = await fetch(admin.url + path, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${admin.token}`, 'if-match': '"7"' },
  });
  expect(stale.status).toBe(412);
  expect((await admin.send('DELETE', path)).status).toBe(204);
  expect(await problemOf('DELETE', path)).toMatchObject({ status: 404, code: 'template-not-found' });
});

it('what cannot be used is refused with its place and what to do', async () => {
  const refused = await problemOf('PUT', path, { text: 'a\n  {% include "/etc/passwd" %}', html: '<script></script>' });
  expect(refused).toMatchObject({ status: 400, code: 'template-invalid' });
  expect(refused.errors).toEqual([
    { path: 'text', message: expect.stringMatching(/^line 2, column 3: tag "include" not found; the tags are /) },
    { path: 'html', message: expect.stringMatching(/^line 1, column 1: .*remove it$/) },
  ]);
  expect(await problemOf('POST', `${path}/preview`, { template: { text: '{{ a | b }}' } })).toMatchObject({
    status: 400,
    code: 'template-invalid',
  });
  expect(await problemOf('PUT', '/v1/notifications/templates/letter/fr', { text: 'x' })).toMatchObject({
    status: 400,
    errors: [{ path: 'kind' }],
  });
  expect(await problemOf('GET', '/v1/notifications/templates/email/french')).toMatchObject({
    status: 400,
    errors: [{ path: 'language', message: 'must be a language tag such as en or fr-CA' }],
  });
});
