import { Readable } from 'node:stream';
import { startSmtp, type TestSmtp } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caller, facts, notice, plannedAt } from '../deliveries/delivery.samples.ts';
import { composeFaxMail } from '../fax/fax-mail.ts';
import { drawFaxPage } from '../fax/page.ts';
import { faultsOf, readRawMail } from '../test-support/raw-mail.ts';
import { composeMail, type MailInput } from './mail.ts';
import { type Mailer, openMailer } from './mailer.ts';

const deliveryId = '0190a000-0000-5000-8000-00000000000d';
const delivery: MailInput['delivery'] = { facts, notice, caller, plannedAt };
const usual: MailInput = {
  from: 'Voicemail <voicemail@pbx.example.test>',
  deliveryId,
  delivery,
  enclosure: 'not-wanted',
  audio: null,
};

let smtp: TestSmtp;
let mailer: Mailer;
beforeAll(async () => {
  smtp = await startSmtp();
  mailer = openMailer({ url: smtp.url, maxConnections: 1, timeoutMs: 10_000 });
});
afterAll(async () => {
  mailer.close();
  await smtp.close();
});

const receive = async (mail: Parameters<Mailer['send']>[0]) => {
  await mailer.send(mail);
  const raw = smtp.messages.at(-1)?.raw ?? Buffer.alloc(0);
  return { raw, ...readRawMail(raw) };
};
const about = (change: {
  notice?: Partial<typeof notice>;
  caller?: Partial<typeof caller>;
  from?: string;
}): MailInput => ({
  ...usual,
  from: change.from ?? usual.from,
  delivery: { ...delivery, notice: { ...notice, ...change.notice }, caller: { ...caller, ...change.caller } },
});
const named = (name: string, language: string) => ({
  mailbox: { number: '100', name },
  reader: { timezone: 'Asia/Tokyo', language },
});

const kinds: Record<string, MailInput> = {
  plain: usual,
  umlauts: about({
    from: 'Büro Müller & Söhne <voicemail@pbx.example.test>',
    notice: named('Empfang für Gäste', 'de'),
    caller: { callerName: 'Jürgen Größe' },
  }),
  Japanese: about({
    from: '株式会社アフタートーン 総務部 ボイスメール係 <voicemail@pbx.example.test>',
    notice: named('総務部 総務課 代表電話 留守番電話', 'ja'),
    caller: { callerName: '髙橋 﨑子 さま 東京支店 営業第一課' },
  }),
  'long words': about({ notice: named('x'.repeat(600), 'en'), caller: { callerName: 'ü'.repeat(600) } }),
  'breaks and dots': about({
    notice: named('.\r\n.\r\nBox\nLF\rCR\u2028LS', 'en'),
    caller: { callerName: 'Eve\r\n\r\n.\r\nBcc: x@example.test\nX-Evil: 1\r' },
  }),
  'signs of MIME': about({
    from: '"Quoted, Name; (Ltd.)" <voicemail@pbx.example.test>',
    caller: { callerName: '=?utf-8?q?Not_encoded?= =20 ----_NmP- --boundary 😀' },
  }),
  urgent: about({ notice: { urgent: true, confidential: true } }),
};

describe.each(Object.entries(kinds))('a mail: %s', (_kind, input) => {
  it('is clean to the byte, and another library reads what was written', async () => {
    const composed = composeMail(input);
    const { raw, mail, headers } = await receive(composed);
    expect(faultsOf(raw)).toEqual([]);
    expect(mail.subject).toBe(composed.subject);
    expect(mail.to?.map(({ address }) => address)).toEqual([facts.recipient]);
    expect(mail.from?.address).toBe('voicemail@pbx.example.test');
    expect(mail.date).toEqual(new Date(plannedAt));
    expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(composed.text.trimEnd());
    expect(mail.html?.replaceAll('\r\n', '\n').trimEnd()).toBe(composed.html?.trimEnd());
    expect(mail.attachments ?? []).toEqual([]);
    const found = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(found).toMatchObject({
      'message-id': `<${deliveryId}@pbx.example.test>`,
      'auto-submitted': 'auto-generated',
      'mime-version': '1.0',
      date: expect.stringMatching(/^\w{3}, 14 Jul 2026 08:15:00 \+0000$/),
    });
    expect(Object.keys(found).filter((name) => ['bcc', 'cc', 'x-evil'].includes(name))).toEqual([]);
  });
});

it.each([
  ['umlauts', 'Büro Müller & Söhne'],
  ['Japanese', '株式会社アフタートーン 総務部 ボイスメール係'],
  ['signs of MIME', 'Quoted, Name; (Ltd.)'],
])('the sender is read with its name: %s', async (kind, name) => {
  const { mail } = await receive(composeMail(kinds[kind] ?? usual));
  expect(mail.from?.name).toBe(name);
});

it.each([
  ['audio/wav', '100-2026-07-14.wav'],
  ['audio/mpeg', '100-2026-07-14.mp3'],
])('a recording (%s) is read bit for bit', async (contentType, filename) => {
  const bytes = Buffer.from(Array.from({ length: 70_001 }, (_, n) => (n * 7919) % 256));
  const content = Readable.from([bytes.subarray(0, 999), bytes.subarray(999)]);
  const audio = { content, contentType, bytes: bytes.length };
  const recording = { mediaId: deliveryId, contentType: 'audio/wav', bytes: 7, sha256: '', format: 'mp3' as const };
  const told = { ...delivery, notice: { ...notice, recording } };
  const template = {
    language: 'en',
    subject: '{{ audio.fileBytes }} {{ voicemail.file_size }}',
    text: null,
    html: null,
  };
  const words = { templates: [template] };
  const { raw, mail } = await receive(composeMail({ ...usual, delivery: told, enclosure: 'attached', audio, words }));
  expect(mail.subject).toBe('70001 70001');
  expect(faultsOf(raw)).toEqual([]);
  const [attachment, ...more] = mail.attachments ?? [];
  expect(more).toEqual([]);
  expect(attachment).toMatchObject({ filename, contentType: { type: contentType } });
  expect(Buffer.from(attachment?.body ?? '').equals(bytes)).toBe(true);
  expect(mail.text).toContain('The recording is attached.');
  expect(mail.html).toContain('The recording is attached.');
});

it('a name of an attachment in any letters is written as RFC 2231 has it', async () => {
  const filename = '総務課-Gäste "1".wav';
  const { raw } = await receive({
    ...composeMail(usual),
    attachments: [{ filename, content: 'RIFF', contentType: 'audio/wav' }],
  });
  expect(faultsOf(raw)).toEqual([]);
  const disposition = /Content-Disposition: ((?:.|\r\n[ \t])*)/i.exec(raw.toString('latin1'))?.[1] ?? '';
  const parts = Array.from(disposition.matchAll(/filename\*\d*\*?=([^;\s]+)/g), ([, part]) => part ?? '');
  expect(decodeURIComponent(parts.join('').replace(/^utf-8''/i, ''))).toBe(filename);
});

it('a fax is clean too', async () => {
  const lines = ['新しいボイスメールがあります', '発信者：王小明'];
  const pdf = await drawFaxPage({ lines, language: 'ja', createdAt: new Date(plannedAt) });
  const gateway = { to: '{number}@fax.example.com', subject: 'ファックス {digits}', from: null };
  const { raw, mail } = await receive(
    composeFaxMail({ gateway, from: usual.from, deliveryId, plannedAt, number: '+81312345678', pdf }),
  );
  expect(faultsOf(raw)).toEqual([]);
  expect(mail.subject).toBe('ファックス 81312345678');
  expect(Buffer.from(mail.attachments?.[0]?.body ?? '').equals(pdf)).toBe(true);
});
