import { deciderSpec } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { type RemoveTemplate, type SetTemplate, templateDecider } from './template.decider.ts';
import type { TemplateEvent, TemplateFacts } from './template.ts';
import { templateId } from './template-id.ts';

const given = deciderSpec(templateDecider);
const now = '2026-07-14T08:15:00.000Z';
const facts: TemplateFacts = {
  kind: 'email',
  language: 'fr',
  content: { subject: 'Bonjour', text: null, html: null },
  warnings: [],
};
const setTo = (change: Partial<TemplateFacts>): SetTemplate => ({
  type: 'SetTemplate',
  data: { ...facts, ...change },
  meta: { now },
});
const remove: RemoveTemplate = { type: 'RemoveTemplate', data: {}, meta: { now } };
const set: TemplateEvent = { type: 'TemplateSet', data: { ...facts, setAt: now } };
const removed: TemplateEvent = { type: 'TemplateRemoved', data: { kind: 'email', language: 'fr', removedAt: now } };

it('is set and set again', () => {
  given().when(setTo({})).then(set);
  const content = { ...facts.content, text: 'Salut' };
  given(set)
    .when(setTo({ content }))
    .then({ type: 'TemplateSet', data: { ...facts, content, setAt: now } });
});

it('does not change by being set to what it is', () => {
  given(set).when(setTo({})).then();
});

it('is removed once, and can be set after that', () => {
  given(set).when(remove).then(removed);
  given().when(remove).thenThrows('template-not-found');
  given(set, removed).when(remove).thenThrows('template-not-found');
  given(set, removed).when(setTo({})).then(set);
});

it('has one stream for each kind and language of a tenant', () => {
  const [ours, theirs] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'];
  const ids = [ours, theirs].flatMap((tenant) =>
    (['email', 'sms'] as const).flatMap((kind) =>
      ['fr', 'fr-CA'].map((language) => templateId(tenant, { kind, language })),
    ),
  );
  expect(new Set(ids).size).toBe(8);
  expect(templateId(ours, { kind: 'email', language: 'fr' })).toBe(ids[0]);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
