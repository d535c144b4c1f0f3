import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, selfSignedCertificate, type TestCertificate } from '@aftertone/testing';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMailer } from './mailer.ts';
import { smtpFailure } from './smtp-failure.ts';
import { type SmtpSecurity, smtpSecurityOf } from './smtp-security.ts';

let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await selfSignedCertificate();
});

let server: SMTPServer | undefined;
let port: number;
/** Whether each mail came encrypted. */
let mails: boolean[];
beforeEach(async () => {
  mails = [];
  port = await freePort();
});
afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(resolve))));

const start = (options: ConstructorParameters<typeof SMTPServer>[0]) => {
  server = new SMTPServer({
    ...{ ...certificate, authOptional: true, disableReverseLookup: true, closeTimeout: 0, ...options },
    onData: (stream, session, answer) => {
      mails.push(session.secure);
      stream.on('end', () => answer()).resume();
    },
  });
  server.on('error', () => undefined); // clients that do not trust it hang up
  return new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
};
const send = async (security: SmtpSecurity, scheme = 'smtp', host = 'localhost', query = '') => {
  const url = `${scheme}://${host}:${port}${query}`;
  const mailer = openMailer({ url, maxConnections: 1, timeoutMs: 2_000, security });
  const mail = { from: 'box@example.test', to: 'anna@example.test', messageId: '<1@example.test>', text: 'Hello' };
  try {
    await mailer.send(mail);
    return 'sent';
  } catch (error) {
    const { permanent, detail } = smtpFailure(error);
    expect(permanent).toBe(false);
    return detail;
  } finally {
    mailer.close();
  }
};
const trusting = (tls: SmtpSecurity['tls']): SmtpSecurity => ({ tls, ca: certificate.cert });

describe('to a server that offers STARTTLS', () => {
  beforeEach(() => start({}));

  it.each([
    ['offered', true],
    ['required', true],
    ['none', false],
  ] as const)('with %s the mail is encrypted: %s', async (tls, encrypted) => {
    expect(await send(trusting(tls))).toBe('sent');
    expect(mails).toEqual([encrypted]);
  });

  it.each(['offered', 'required'] as const)(
    'of an unknown authority (%s) it waits, and says what to do',
    async (tls) => {
      expect(await send({ tls })).toMatch(/self-signed certificate.*SMTP_CA_FILE/);
      expect(mails).toEqual([]);
      expect(await send({ tls }, 'smtp', 'localhost', '?tls.rejectUnauthorized=false')).toBe('sent');
    },
  );

  it('it is not asked for TLS from the start', async () => {
    expect(await send(trusting('offered'), 'smtps')).toMatch(/use smtp:\/\/ with SMTP_TLS=required/);
  });
});

describe('to a server without STARTTLS', () => {
  beforeEach(() => start({ disabledCommands: ['STARTTLS'] }));

  it.each(['offered', 'none'] as const)('with %s the mail goes as it is', async (tls) => {
    expect(await send(trusting(tls))).toBe('sent');
    expect(mails).toEqual([false]);
  });

  it('with required it waits, and says what to do', async () => {
    expect(await send(trusting('required'))).toMatch(/SMTP_TLS=required/);
    expect(mails).toEqual([]);
  });
});

describe('to a server with TLS from the start', () => {
  beforeEach(() => start({ secure: true }));

  it.each(['offered', 'required', 'none'] as const)('the mail is encrypted, whatever else is set (%s)', async (tls) => {
    expect(await send(trusting(tls), 'smtps')).toBe('sent');
    expect(mails).toEqual([true]);
  });

  it('of an unknown authority it waits', async () => {
    expect(await send({ tls: 'offered' }, 'smtps')).toMatch(/self-signed certificate.*SMTP_CA_FILE/);
  });
});

it('of another name the certificate is refused, and the name to write is asked for', async () => {
  certificate = await selfSignedCertificate();
  await start({ secure: true });
  const url = `?tls.servername=mail.example.test`;
  expect(await send(trusting('offered'), 'smtps', '127.0.0.1', url)).toMatch(/does not match.*SMTP_URL/);
});

it('authorities are read from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aftertone-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, certificate.cert);
  expect(smtpSecurityOf({ SMTP_TLS: 'required', SMTP_CA_FILE: file })).toEqual({
    tls: 'required',
    ca: certificate.cert,
  });
  expect(smtpSecurityOf({ SMTP_TLS: 'none' })).toEqual({ tls: 'none', ca: undefined });
  rmSync(folder, { recursive: true });
});
