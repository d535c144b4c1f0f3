import {
  language,
  newTemplate,
  page,
  previewFacts,
  type Template,
  template,
  templateInForce,
  templateKind,
  templatePreview,
} from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';

const tag = 'notifications';
const path = '/v1/notifications/templates/{kind}/{language}';
const access = 'aftertone.notifications.templates';
const missing = 'template-not-found';
const texts = {
  kind: templateKind.meta({ description: 'What is written' }),
  language: language.meta({ description: 'A language tag such as en or fr-CA' }),
};
const administrators = { 403: ['administrator-required'] };
const invalid = { 400: ['template-invalid'] };

const content = { subject: 'Call of {{ caller.text }}', text: '{{ caller.nmae }} called.\n', html: null };
const warning = {
  part: 'text' as const,
  line: 1,
  column: 4,
  message: 'there is no `caller.nmae` here; it will be empty',
};
const example: Template = {
  kind: 'email',
  language: 'fr-CA',
  ...content,
  warnings: [warning],
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};

const newTemplateBody = component('NewTemplate', newTemplate, content);

export const templateRoutes = {
  list: defineRoute({
    operationId: 'listTemplates',
    method: 'GET',
    path: '/v1/notifications/templates',
    tag,
    summary: 'List the templates of the tenant',
    description: 'Those that it has set itself, by kind and language; elsewhere the built-in ones are in force.',
    access: `${access}.read`,
    right: 'administer',
    query: z.strictObject({ ...pageText, kind: templateKind.optional() }),
    status: 200,
    answer: component('TemplatePage', page(template), { items: [example], next: null }),
    refusals: administrators,
  }),
  read: defineRoute({
    operationId: 'readTemplate',
    method: 'GET',
    path,
    texts,
    tag,
    summary: 'Read a template',
    description: 'The tenant’s own, or the built-in one (`builtIn`), which makes a good beginning for an own one.',
    access: `${access}.{kind}.{language}.read`,
    right: 'administer',
    status: 200,
    answer: component(
      'TemplateInForce',
      templateInForce,
      { ...example, builtIn: false },
      {
        ...example,
        subject: '{{ words.newMessage }}',
        warnings: [],
        builtIn: true,
        updatedAt: null,
        version: null,
      },
    ),
    missing,
    versioned: true,
    refusals: administrators,
  }),
  set: defineRoute({
    operationId: 'setTemplate',
    method: 'PUT',
    path,
    texts,
    tag,
    summary: 'Set a template',
    description:
      'In the language of Liquid, with the variables of Aftertone, of Asterisk (`VM_NAME`) or of KAZOO ' +
      '(`voicemail.vmbox_name`). Parts that are absent are as the next template has them: that of the language ' +
      'without its region, then the built-in one. `warnings` tell what will be empty. What cannot be used is refused ' +
      'with `template-invalid`, and `errors` tell line, column and what to do.',
    access: `${access}.{kind}.{language}.update`,
    right: 'administer',
    body: newTemplateBody,
    status: 200,
    answer: component('Template', template, example),
    missing,
    versioned: true,
    conditional: true,
    refusals: { ...administrators, ...invalid },
  }),
  remove: defineRoute({
    operationId: 'removeTemplate',
    method: 'DELETE',
    path,
    texts,
    tag,
    summary: 'Remove a template: the built-in one is in force again',
    access: `${access}.{kind}.{language}.delete`,
    right: 'administer',
    status: 204,
    missing,
    conditional: true,
    refusals: administrators,
  }),
  preview: defineRoute({
    operationId: 'previewTemplate',
    method: 'POST',
    path: `${path}/preview`,
    texts,
    tag,
    summary: 'See what would be written',
    description:
      'With the `template` of the request, or with what is in force. It is about an example, of which `facts` change ' +
      'what they name. Nothing is sent and nothing is kept.',
    access: `${access}.{kind}.{language}.preview`,
    right: 'administer',
    body: component(
      'TemplateTrial',
      z.strictObject({ template: newTemplate.optional(), facts: previewFacts.default({}) }),
      { template: content, facts: { callerName: 'Zoé', urgent: false } },
      {},
    ),
    status: 200,
    answer: component('TemplatePreview', templatePreview, {
      subject: 'Call of Zoé (+33155501234)',
      text: ' called.\n',
      html: null,
      warnings: [warning],
      problem: null,
    }),
    missing,
    refusals: { ...administrators, ...invalid },
  }),
};
