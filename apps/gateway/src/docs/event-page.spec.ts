import { readFileSync } from 'node:fs';
import { eventsByType } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import { eventDocument } from './event-document.ts';
import { eventPage } from './event-page.ts';
import { html } from './html.ts';
import { fieldsOf } from './schema-fields.ts';

const source = new URL('../../../../libs/contracts/generated/asyncapi.json', import.meta.url);
const page = eventPage(eventDocument.parse(JSON.parse(readFileSync(source, 'utf8'))));

describe('the page of events', () => {
  it('has a section for every type, which its list leads to', () => {
    for (const type of eventsByType.keys()) {
      expect(page).toContain(`<section id="${type}">`);
      expect(page).toContain(`<a href="#${type}">`);
    }
  });

  it('says the steps of a subscription in the order in which they are taken', () => {
    const steps = ['POST /v1/subscriptions', 'GET /v1/events/history', '>nats.user<', '>deliverSubject<'];
    const places = steps.map((step) => page.indexOf(step, page.indexOf('<section id="consume">')));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('names the access of each audience', () => {
    for (const access of [
      'events.mailboxes.{mailboxId}.messages.created',
      'events.users.{userId}.voicemails.messages.created',
      'events.voicemails.groups.{mailboxId}.messages.created',
      'events.voicemails.global.messages.created',
    ]) {
      expect(page).toContain(`<code>${access}</code>`);
    }
  });

  it('shows no calls, runs no script and takes nothing from elsewhere', () => {
    expect(page).not.toContain('create-mailbox');
    expect(page).not.toMatch(/<script|style="|(?:src|href)="(?:https?:)?\/\//);
  });
});

it('escapes what is text and joins lists', () => {
  const item = (text: string) => html`<i title="${text}">${undefined}</i>`;
  expect(html`<p>${['<b>', '"&\''].map(item)}</p>`.text).toBe(
    '<p><i title="&lt;b&gt;"></i><i title="&quot;&amp;&#39;"></i></p>',
  );
});

it('lists the fields of objects, lists and alternatives', () => {
  const text = { type: 'string' };
  const schema = {
    required: ['content'],
    properties: {
      content: {
        oneOf: [
          { type: 'object', required: ['type'], properties: { type: { const: 'none' } } },
          { type: 'object', required: ['type'], properties: { type: { const: 'voice' }, codec: text } },
        ],
      },
      people: { type: 'array', items: { type: 'object', properties: { name: { type: ['string', 'null'] } } } },
    },
  };
  expect(fieldsOf(schema).map(({ path, type, optional }) => [path, type, optional])).toEqual([
    ['content', 'object', false],
    ['content.type', '"none" | "voice"', false],
    ['content.codec', 'string', true],
    ['people', 'list of object', true],
    ['people[].name', 'string or null', true],
  ]);
});
