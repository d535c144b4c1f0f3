import { createServer, type Server } from 'node:net';
import { Readable } from 'node:stream';
import { eventually, freePort, startSmtp, type TestSmtp } from '@aftertone/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { caller, facts, notice, plannedAt } from '../deliveries/delivery.samples.ts';
import { composeMail, type MailInput } from './mail.ts';
import { type Mailer, openMailer } from './mailer.ts';
import { smtpFailure } from './smtp-failure.ts';

const from = 'Voicemail <voicemail@pbx.example.test>';
const delivery: MailInput['delivery'] = { facts, notice, caller, plannedAt };
const deliveryId = '0190a000-0000-5000-8000-00000000000d';
const mail = (change: Partial<MailInput> = {}) =>
  composeMail({ from, deliveryId, delivery, enclosure: 'not-wanted', audio: null, ...change });
const withNotice = (change: Partial<typeof notice>) => ({
  delivery: { ...delivery, notice: { ...notice, ...change } },
});

const audio = { contentType: 'audio/wav', bytes: 300_000, sha256: '', format: 'original' } as const;
const recording = { mediaId: facts.messageId, ...audio };
const audioBytes = Buffer.from(Array.from({ length: recording.bytes }, (_, n) => (n * 7919) % 251));

let smtp: TestSmtp;
let mailer: Mailer;

const open = (url: string, timeoutMs = 10_000) => {
  mailer = openMailer({ url, maxConnections: 2, timeoutMs });
  return mailer;
};
const mayHaveArrived = expect.stringMatching(/; the mail may have arrived$/);
const failureOf = async (sending: Promise<unknown>) =>
  smtpFailure(
    await sending.then(
      () => null,
      (error) => error,
    ),
  );

beforeEach(async () => {
  smtp = await startSmtp();
  open(smtp.url);
});
afterEach(async () => {
  mailer.close();
  await smtp.close();
});

const receive = async (input: Partial<MailInput>) => {
  await mailer.send(mail(input));
  const received = smtp.messages.at(-1);
  if (received === undefined) throw new Error('no mail came');
  const header = (name: string) => received.mail.headers.find(({ key }) => key === name)?.value;
  return { ...received, header };
};

describe('the mail', () => {
  it('goes to one recipient, says what it is, and is recognisable when it comes twice', async () => {
    const { to, mail: parsed, header, raw } = await receive({});
    expect(to).toEqual([facts.recipient]);
    expect(parsed.from?.address).toBe('voicemail@pbx.example.test');
    expect(parsed.to?.map(({ address }) => address)).toEqual([facts.recipient]);
    expect(parsed.messageId).toBe(`<${deliveryId}@pbx.example.test>`);
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(parsed.subject).toBe('New voicemail from Zoé Caller (+33155501234) for Reception (100)');
    expect(parsed.text).toContain('10:14:58');
    expect(parsed.html).toContain('10:14:58');
    expect(parsed.attachments).toEqual([]);
    expect(
      raw
        .toString('latin1')
        .split('\r\n')
        .every((line) => line.length <= 998 && !/[\r\n]/.test(line)),
    ).toBe(true);
  });

  it('is marked when it is urgent or confidential', async () => {
    const { header } = await receive(withNotice({ urgent: true, confidential: true }));
    expect(header('x-priority')).toMatch(/^1/);
    expect(header('importance')?.toLowerCase()).toBe('high');
    expect(header('sensitivity')).toBe('Company-Confidential');
  });

  it('takes no header, recipient or part from the caller', async () => {
    const callerName = 'Eve\r\nBcc: all@example.test\r\nX-Evil: 1\r\n\r\n<b>body</b>\r\n.\r\nQUIT';
    const evil = { ...caller, callerName, callerNumber: '"x" <eve@example.test>\n\nX-Evil: 2' };
    const { to, mail: parsed, header } = await receive({ delivery: { ...delivery, caller: evil } });
    expect(to).toEqual([facts.recipient]);
    expect(header('bcc')).toBeUndefined();
    expect(header('x-evil')).toBeUndefined();
    expect(parsed.subject).toContain('Eve Bcc: all@example.test');
    expect(parsed.html).not.toContain('<b>');
    expect(smtp.messages).toHaveLength(1);
  });

  it('carries the recording bit for bit', async () => {
    const { mail: parsed } = await receive({
      ...withNotice({ recording }),
      enclosure: 'attached',
      audio: {
        content: Readable.from([audioBytes.subarray(0, 1000), audioBytes.subarray(1000)]),
        contentType: 'audio/wav',
        bytes: audioBytes.length,
      },
    });
    const [attachment] = parsed.attachments;
    expect(attachment).toMatchObject({ filename: '100-2026-07-14.wav', mimeType: 'audio/wav' });
    expect(Buffer.from(attachment?.content as ArrayBuffer).equals(audioBytes)).toBe(true);
  });

  it('never arrives with half a recording', async () => {
    async function* broken() {
      yield audioBytes.subarray(0, 100_000);
      throw new Error('the download broke off');
    }
    const audio = { content: Readable.from(broken()), contentType: 'audio/wav', bytes: audioBytes.length };
    const half = mail({ ...withNotice({ recording }), enclosure: 'attached', audio });
    expect(await failureOf(mailer.send(half))).toMatchObject({ permanent: false });
    await mailer.send(mail());
    expect(smtp.messages).toHaveLength(1);
    expect(smtp.messages[0]?.mail.attachments).toEqual([]);
  });
});

describe('a failure', () => {
  it('is for good when the server refuses the recipient or the mail with 5xx', async () => {
    smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' });
    expect(await failureOf(mailer.send(mail()))).toEqual({ permanent: true, detail: '550 no such user' });
    smtp.behave({ kind: 'refuse', code: 554, text: 'spam', at: 'data' });
    expect(await failureOf(mailer.send(mail()))).toEqual({ permanent: true, detail: '554 spam' });
  });

  it('is for now when it answers 4xx', async () => {
    smtp.behave({ kind: 'refuse', code: 451, text: 'greylisted', at: 'recipient' });
    expect(await failureOf(mailer.send(mail()))).toEqual({ permanent: false, detail: '451 greylisted' });
    smtp.behave({ kind: 'refuse', code: 452, text: 'disk full', at: 'data' });
    expect(await failureOf(mailer.send(mail()))).toEqual({ permanent: false, detail: '452 disk full' });
  });

  it('is for now when it breaks the connection, and nothing is sent a second time behind our back', async () => {
    smtp.behave({ kind: 'drop', keeps: true });
    expect(await failureOf(mailer.send(mail()))).toMatchObject({ permanent: false, detail: mayHaveArrived });
    smtp.behave({ kind: 'accept' });
    await mailer.send(mail());
    expect(smtp.attempts).toBe(2);
  });

  it('is for now when nobody listens', async () => {
    mailer.close();
    open(`smtp://127.0.0.1:${await freePort()}`);
    const failure = await failureOf(mailer.send(mail()));
    expect(failure.permanent).toBe(false);
    expect(failure.detail).toContain('ECONNREFUSED');
  });

  it('is for now when the log-in is refused: the password can be mended', async () => {
    const closed = await startSmtp({ login: { user: 'notify', password: 'right-password' } });
    mailer.close();
    open(closed.url.replace('right-password', 'wrong-password'));
    const failure = await failureOf(mailer.send(mail()));
    expect(failure).toMatchObject({ permanent: false, detail: expect.stringContaining('535') });
    expect(failure.detail).not.toContain('password@');
    await closed.close();
  });

  it('comes within its time, and says that the mail may have arrived, when the server hangs after the data', async () => {
    mailer.close();
    open(smtp.url, 300);
    smtp.behave({ kind: 'hang', keeps: true });
    const { permanent, detail } = await failureOf(mailer.send(mail()));
    expect(permanent).toBe(false);
    expect(detail).toContain('ETIMEDOUT');
    expect(detail).toEqual(mayHaveArrived);
    expect(smtp.messages).toHaveLength(1);
  });

  it.each([
    ['before its greeting', null],
    ['before it is given the data', 'RCPT'],
  ])('comes within its time, and claims nothing more, when the server hangs %s', async (_when, silentFrom) => {
    const { server, port } = await listenUntil(silentFrom);
    mailer.close();
    open(`smtp://127.0.0.1:${port}`, 300);
    const { permanent, detail } = await failureOf(mailer.send(mail()));
    expect(permanent).toBe(false);
    expect(detail).toContain('ETIMEDOUT');
    expect(detail).not.toEqual(mayHaveArrived);
    server.close();
  });

  it('is told by the signal that ends the attempt', async () => {
    smtp.behave({ kind: 'hang' });
    const ending = new AbortController();
    const sending = failureOf(mailer.send({ ...mail(), signal: ending.signal }));
    await eventually(() => expect(smtp.attempts).toBe(1));
    ending.abort();
    expect(await sending).toMatchObject({ permanent: false, detail: mayHaveArrived });
  });
});

/** A server that takes connections and says nothing: from the start, or from one command on. */
async function listenUntil(silentFrom: string | null): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    if (silentFrom === null) return;
    socket.write('220 ready\r\n');
    socket.on('data', (command) => {
      if (!command.toString().startsWith(silentFrom)) socket.write('250 go on\r\n');
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}
