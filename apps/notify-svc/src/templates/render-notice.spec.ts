// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Asterisk's variables look like this

import { templateKind } from '@aftertone/contracts';
import { describe, expect, it } from 'vitest';
import type { MessageFacts, NoticeFacts, RecipientFacts } from './facts/facts.ts';
import { sampleFacts, sampleMessage } from './facts/sample.ts';
import { type OwnTemplate, renderNotice } from './render-notice.ts';
import { builtInLanguages } from './words/index.ts';

const plain: MessageFacts = {
  ...sampleMessage,
  urgent: false,
  confidential: false,
  enclosure: 'not-wanted',
  link: null,
  transcription: null,
  original: null,
};
const about = (change: Partial<MessageFacts> = {}, recipient: Partial<RecipientFacts> = {}): NoticeFacts => ({
  kind: 'email',
  message: { ...plain, ...change },
  recipient: { language: 'en', timezone: 'Europe/Paris', ...recipient },
});
const write = (change?: Partial<MessageFacts>, recipient?: Partial<RecipientFacts>) =>
  renderNotice([], about(change, recipient));
const calling = (change: Partial<MessageFacts['caller']>) => ({ caller: { ...plain.caller, ...change } });
const own = (content: Partial<OwnTemplate>): OwnTemplate => ({
  language: 'en',
  subject: null,
  text: null,
  html: null,
  ...content,
});

describe('the built-in e-mail', () => {
  it('says who called whom, when and for how long', () => {
    const { subject, text, html } = write();
    expect(subject).toBe('New voicemail from Zoé Caller (+33155501234) for Reception (1001)');
    expect(text).toBe(
      [
        'You have a new voicemail',
        '',
        'From: Zoé Caller (+33155501234)',
        'Called number: +33155501000',
        'Mailbox: Reception (1001)',
        'Received: Tuesday, July 14, 2026 at 10:15:00 AM GMT+2',
        'Duration: 0:13',
        '',
      ].join('\n'),
    );
    expect(html).toContain('<td>Zoé Caller (+33155501234)</td>');
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">[\s\S]*<\/html>$/);
  });

  it('gives the time where the reader is, in summer and in winter', () => {
    const received = (receivedAt: string, timezone: string) =>
      /Received: (.*)/.exec(write({ receivedAt }, { timezone }).text)?.[1];
    expect(received('2026-07-14T22:30:00.000Z', 'Europe/Paris')).toBe('Wednesday, July 15, 2026 at 12:30:00 AM GMT+2');
    expect(received('2026-01-14T22:30:00.000Z', 'Europe/Paris')).toBe(
      'Wednesday, January 14, 2026 at 11:30:00 PM GMT+1',
    );
    expect(received('2026-07-14T22:30:00.000Z', 'Asia/Kolkata')).toBe(
      'Wednesday, July 15, 2026 at 4:00:00 AM GMT+5:30',
    );
  });

  it('speaks the language of the reader, and English with its dates where nobody has translated it', () => {
    const german = write({}, { language: 'de-CH' });
    expect(german.subject).toBe('Neue Sprachnachricht von Zoé Caller (+33155501234) für Reception (1001)');
    expect(german.text).toContain('Dienstag, 14. Juli 2026');
    const chinese = write({}, { language: 'zh' });
    expect(chinese.subject).toBe('Reception (1001) 收到来自 Zoé Caller (+33155501234) 的新语音留言');
    expect(chinese.text).toContain('2026年7月14日星期二');
    expect(write({}, { language: 'ja' }).text).toContain('2026年7月14日火曜日');
    const finnish = write({}, { language: 'fi' });
    expect(finnish.text).toContain('You have a new voicemail');
    expect(finnish.text).toContain('14. heinäkuuta 2026');
  });

  it('copes with a caller who has no name, no number, or both alike', () => {
    const from = (change: Partial<MessageFacts['caller']>) => write(calling(change)).subject;
    expect(from({ callerName: null })).toContain('from +33155501234 for');
    expect(from({ callerNumber: null })).toContain('from Zoé Caller for');
    expect(from({ callerName: '+33155501234' })).toContain('from +33155501234 for');
    expect(from({ callerName: ' ', callerNumber: null })).toContain('from unknown caller for');
  });

  it('says that it is urgent or confidential, what became of the recording, and where to hear it', () => {
    const flagged = write({ urgent: true, confidential: true });
    expect(flagged.subject).toMatch(/^\[Urgent\] New voicemail/);
    expect(flagged.text).toContain('You have a new voicemail (Urgent)\n');
    expect(flagged.text).toContain('\n\nThis message is confidential.\n');
    expect(write({ enclosure: 'too-large' }).text).toContain('too large to be attached');
    expect(write({ enclosure: 'not-available' }).html).toContain('could not be attached');
    expect(write({ durationMs: null }).text).toContain('left no recording');
    const linked = write({ link: 'https://v.example.org/l?a=1&b=2' });
    expect(linked.text).toContain('\nListen to the message: https://v.example.org/l?a=1&b=2\n');
    expect(linked.html).toContain('<a href="https://v.example.org/l?a=1&amp;b=2">');
  });

  it('lets nobody write HTML or a second line into it', () => {
    const evil = '<img src=x onerror="alert(1)">\r\nBcc: all@example.test\u2028x\u202etxt';
    const { subject, html, text } = write(calling({ callerName: evil }));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect(subject).not.toMatch(/[\r\n\u2028\u202e]/);
    expect(text).not.toMatch(/^Bcc/m);
    expect(text).not.toMatch(/[\u2028\u202e]/);
  });
});

describe('every kind in every language', () => {
  const all = templateKind.options.flatMap((kind) => builtInLanguages.map((language) => [kind, language] as const));
  it.each(all)('%s in %s says something, and leaves no gap', (kind, language) => {
    const { subject, text, html, problem } = renderNotice([], sampleFacts(kind, language));
    expect(problem).toBeUndefined();
    expect(subject === '').toBe(kind === 'sms' || kind === 'fax');
    expect(html === null).toBe(['text', 'sms', 'fax'].includes(kind));
    expect(text.trim()).not.toBe('');
    for (const part of [subject, text, html ?? '']) expect(part).not.toMatch(/undefined|null|\{\{|\[object|\(\)/);
  });

  it('counts as its language does', () => {
    const subjectFor = (language: string, count: number) => {
      const messages = Array.from({ length: count }, () => plain);
      return renderNotice([], { kind: 'digest', messages, recipient: { language, timezone: 'UTC' } }).subject;
    };
    expect([1, 2].map((count) => subjectFor('fr', count))).toEqual([
      'Vous avez 1 nouveau message vocal',
      'Vous avez 2 nouveaux messages vocaux',
    ]);
    expect([1, 2].map((count) => subjectFor('en', count))).toEqual([
      'You have 1 new voicemail',
      'You have 2 new voicemails',
    ]);
    expect(subjectFor('zh', 2)).toBe('您有 2 条新的语音留言');
  });
});

describe('a tenant’s template', () => {
  it('takes the place of the parts that it has', () => {
    const subject = renderNotice([own({ subject: 'Call of {{ caller.name }}' })], about());
    expect(subject.subject).toBe('Call of Zoé Caller');
    expect(subject.text).toContain('You have a new voicemail');
    expect(subject.html).toContain('You have a new voicemail');
    const text = renderNotice([own({ text: 'Only this' })], about());
    expect(text).toEqual({
      subject: subject.subject.replace('Call of Zoé Caller', write().subject),
      text: 'Only this',
      html: null,
    });
    const html = renderNotice([own({ html: '<p>{{ mailbox.name }}</p>' })], about());
    expect(html.html).toBe('<p>Reception</p>');
    expect(html.text).toContain('You have a new voicemail');
  });

  it('leaves what it does not have to the next one', () => {
    const templates = [own({ language: 'fr-CA', subject: 'CA' }), own({ language: 'fr', subject: 'F', text: 'T' })];
    expect(renderNotice(templates, about())).toEqual({ subject: 'CA', text: 'T', html: null });
  });

  it('that fails is left out, and the delivery can say so', () => {
    const endless = '{% for a in (1..99999) %}{% for b in (1..99999) %}{% endfor %}{% endfor %}';
    const rendered = renderNotice([own({ subject: 'Mine', text: endless, html: '<p>Mine</p>' })], about());
    expect(rendered).toMatchObject({ subject: 'Mine', text: write().text, html: write().html });
    expect(rendered.problem).toMatch(/^template email\/en, text and html: line 1, column \d+: .*limit exceeded/);
    expect(renderNotice([own({ subject: '{% broken' })], about())).toMatchObject({
      subject: write().subject,
      problem: expect.stringContaining('subject: line 1, column 1'),
    });
  });

  it('cannot break out of a subject line', () => {
    const { subject } = renderNotice([own({ subject: 'a\r\nBcc: x@example.test\n{{ caller.name }}' })], about());
    expect(subject).toBe('a Bcc: x@example.test Zoé Caller');
    expect(renderNotice([own({ subject: 'x'.repeat(900) })], about()).subject).toHaveLength(500);
  });
});

describe('templates of other systems', () => {
  it('of Asterisk and Wazo work as they are', () => {
    const text = String.raw`Dear ${'${VM_NAME}'}:\n\n\tyou have a ${'${VM_DUR}'} long message (number ${'${VM_MSGNUM}'}) in mailbox ${'${VM_MAILBOX}'} from ${'${VM_CALLERID}'} (${'${VM_CIDNUM:0:3}'}), ${'${VM_DATE}'}. It was ${'${ORIG_VM_CIDNAME}'}'s.${'${VM_CATEGORY}'}`;
    const facts = { ...sampleFacts('email', 'en'), counts: { new: 4, saved: 0 } };
    expect(renderNotice([own({ text, subject: '[PBX]: ${VM_MESSAGEFILE}' })], facts)).toEqual({
      subject: '[PBX]: 1001-2026-07-14.wav',
      text:
        'Dear Reception:\n\n\tyou have a 0:13 long message (number 4) in mailbox 1001 from Zoé Caller (+33155501234) (+33), ' +
        "Tuesday, July 14, 2026 at 10:15:00 AM GMT+2. It was Ben First's.",
      html: null,
    });
  });

  it('of KAZOO work as they are', () => {
    const html =
      '<h3>New Voicemail Message</h3><td>{{caller_id.name}} ({{caller_id.number}})</td><td>{{to.user}}</td>' +
      String.raw`<td>{{date_called.local|date:"l, F j, Y \\a\\t H:i"}}</td>` +
      '{% if voicemail.transcription %}<td>{{voicemail.transcription|default:"Not Enabled"}}</td>{% elif account.name %}{% endif %}' +
      '<p>{{voicemail.vmbox_name}} {{voicemail.length}} {{voicemail.file_name}} {{user.first_name}} {{account.name}}</p>';
    expect(renderNotice([own({ html })], sampleFacts('email', 'en')).html).toBe(
      '<h3>New Voicemail Message</h3><td>Zoé Caller (+33155501234)</td><td>+33155501000</td>' +
        '<td>Tuesday, July 14, 2026 at 10:15</td><td>Please call me back.</td>' +
        '<p>Reception 00:00:13 1001-2026-07-14.wav Anna Example Ltd</p>',
    );
    const times = '{{date_called.utc}} {{date_called.timestamp}} {{date_called.timezone}} {{voicemail.msg_id}}';
    expect(renderNotice([own({ text: times })], sampleFacts('email', 'en')).text).toBe(
      `2026-07-14 08:15:00 63951236100 Europe/Paris ${sampleMessage.id}`,
    );
  });
});
