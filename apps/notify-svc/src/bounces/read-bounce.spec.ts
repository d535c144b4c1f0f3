import { describe, expect, it } from 'vitest';
import { exchange, exim, oldExim, postfix, sendmail, vacation } from './bounces.samples.ts';
import { readBounce } from './read-bounce.ts';

const about = { to: 'bounces+x@bounce.example.com', recipient: 'anna@example.test' };
const read = (mail: string) => readBounce(Buffer.from(mail));

describe('a mail that came back', () => {
  it.each([
    ['Postfix', postfix(about), '5.1.1', /^550 5\.1\.1 <anna@example\.test>: Recipient address rejected: User unknown/],
    ['Exchange', exchange(about), '5.2.2', /^554 5\.2\.2 mailbox full; STOREDRV\.Deliver\.Exception/],
    ['Exim', exim(about), '5.0.0', /^550 relay not permitted$/],
    ['Exim of long ago', oldExim(about), '5.7.1', /^550 5\.7\.1 Unable to relay$/],
    ['Sendmail', sendmail(about), '5.1.2', /^553 5\.1\.2 Host unknown/],
  ])('is understood as %s writes it', async (_server, mail, status, detail) => {
    expect(await read(mail)).toEqual({ action: 'failed', status, detail: expect.stringMatching(detail) });
  });

  it('is understood from its beginning', async () => {
    const mail = postfix(about);
    const end = mail.indexOf('Content-Description: Undelivered Message') + 200;
    expect(await read(mail.slice(0, end))).toMatchObject({ action: 'failed', status: '5.1.1' });
  });

  it('of a delay is no failure', async () => {
    expect(await read(postfix(about, 'delayed'))).toMatchObject({ action: 'delayed', status: '4.4.1' });
  });

  it('of a success, of an absence or of nothing reports nothing', async () => {
    expect(await read(postfix(about).replace('Action: failed', 'Action: relayed'))).toBeNull();
    expect(await read(vacation(about))).toBeNull();
    expect(await read('')).toBeNull();
    expect(await read('\u0000\u0001 no mail at all')).toBeNull();
  });

  it('without words or code has a code all the same', async () => {
    const mail = postfix(about)
      .replace('Status: 5.1.1\r\n', '')
      .replace(/Diagnostic-Code:.*\r\n.*\r\n/, '');
    expect(await read(mail)).toEqual({ action: 'failed', status: '5.0.0', detail: '' });
  });
});
