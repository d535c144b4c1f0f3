import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NotAnEvent } from './cloudevents/read-envelope.ts';
import { readEvent } from './read-event.ts';

const golden = (name: string) => readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8');
const created = JSON.parse(golden('message_created.v1'));
const headers = (values: Record<string, string>) => ({ get: (name: string) => values[name] });

describe('readEvent', () => {
  it('narrows the data by type', () => {
    const received = readEvent(golden('message_created.v1'));
    if (received.type !== 'message_created') throw new Error(`read as ${received.type}`);
    const { callerName } = received.data.message; // compiles: the data is that of message_created
    expect(callerName).toBe('Zoé Durand');
    expect(received.event.sequence).toBe(16);
  });

  it('takes bytes as they come from the bus, with the place in the log', () => {
    const bytes = new TextEncoder().encode(golden('mwi_updated.v1'));
    const received = readEvent(bytes, headers({ 'Aftertone-Position': '41', 'Aftertone-Part': '2' }));
    expect(received).toMatchObject({ type: 'mwi_updated', log: { position: 41, part: 2 } });
    expect(readEvent(bytes, headers({ 'Aftertone-Position': 'x', 'Aftertone-Part': '2' })).log).toBeNull();
    expect(readEvent(bytes).log).toBeNull();
  });

  it.each(['9007199254740993', '9'.repeat(30), '-1', '1e3', ''])(
    'has no place in the log for the position %j',
    (position) => {
      const place = headers({ 'Aftertone-Position': position, 'Aftertone-Part': '0' });
      expect(readEvent(golden('mwi_updated.v1'), place).log).toBeNull();
    },
  );

  it('finds the place in the log in headers of any case, as it does the attributes', () => {
    const lower = { 'aftertone-position': '41', 'aftertone-part': '2' };
    const upper = { 'AFTERTONE-POSITION': '41', 'AFTERTONE-PART': '2' };
    const listed = (values: Record<string, string>) => ({ ...headers(values), keys: () => Object.keys(values) });
    for (const found of [headers(lower), listed(lower), listed(upper)])
      expect(readEvent(golden('mwi_updated.v1'), found).log).toEqual({ position: 41, part: 2 });
  });

  it('reads a body behind a byte order mark, as text and as bytes', () => {
    const marked = `\uFEFF${golden('mwi_updated.v1')}`;
    for (const body of [marked, new TextEncoder().encode(marked)]) expect(readEvent(body).type).toBe('mwi_updated');
  });

  it('passes over fields of a newer version, and keeps them in the envelope', () => {
    const newer = { ...created, newattribute: 1, data: { ...created.data, sentiment: 'angry' } };
    const received = readEvent(JSON.stringify(newer));
    expect(received.type).toBe('message_created');
    expect(received.data).toMatchObject(created.data);
    expect(received.data).not.toHaveProperty('sentiment');
    expect(received.event.data).toHaveProperty('sentiment', 'angry');
  });

  it('reads settings of a mailbox to which a newer version has added some', () => {
    const newer = JSON.parse(golden('mailbox_created.v1'));
    newer.data.mailbox.quota.maxDays = 30;
    newer.data.mailbox.notify.sms = { to: [] };
    expect(readEvent(JSON.stringify(newer)).type).toBe('mailbox_created');
  });

  it('tells of a type it does not know, and of data it cannot read, without failing', () => {
    expect(readEvent(JSON.stringify({ ...created, type: 'message_transcribed' }))).toMatchObject({
      type: 'unknown',
      data: { mailboxId: created.data.mailboxId },
      event: { type: 'message_transcribed' },
      problems: [{ path: 'type' }],
    });
    const fax = {
      ...created,
      data: { ...created.data, message: { ...created.data.message, content: { type: 'fax' } } },
    };
    expect(readEvent(JSON.stringify(fax))).toMatchObject({
      type: 'unknown',
      event: { type: 'message_created' },
      problems: [{ path: 'message.content.type' }],
    });
    expect(readEvent(JSON.stringify({ ...created, type: '__proto__' })).type).toBe('unknown');
  });

  it.each(['', 'null', '[]', '{}', 'not json', JSON.stringify({ ...created, specversion: '2.0' })])(
    'refuses what is no event: %s',
    (body) => {
      expect(() => readEvent(body)).toThrow(NotAnEvent);
    },
  );
});
