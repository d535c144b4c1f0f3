import { extract } from 'letterparser';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { composeFaxMail, type FaxMailInput } from './fax-mail.ts';
import { drawFaxPage } from './page.ts';

const pdf = await drawFaxPage({ lines: ['新しいボイスメール'], language: 'ja', createdAt: new Date(0) });
const input: FaxMailInput = {
  gateway: { to: '{number}@fax.example.com', subject: 'Fax to {number}', from: null },
  from: 'Voicemail <voicemail@pbx.example.test>',
  deliveryId: '0190a000-0000-5000-8000-00000000000d',
  plannedAt: '2026-07-14T08:15:00.000Z',
  number: '+4930123456',
  pdf,
};
const withGateway = (change: Partial<FaxMailInput['gateway']>) => ({
  ...input,
  gateway: { ...input.gateway, ...change },
});

const read = async (given: FaxMailInput) => {
  const composed = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message, envelope } = await composed.sendMail(composeFaxMail(given));
  return { parsed: extract(message.toString()), envelope, raw: message.toString() };
};

describe('the e-mail to a fax gateway', () => {
  it('goes to the number and carries the page bit for bit', async () => {
    const { parsed, envelope, raw } = await read(input);
    expect(envelope).toEqual({ from: 'voicemail@pbx.example.test', to: ['+4930123456@fax.example.com'] });
    expect(parsed.subject).toBe('Fax to +4930123456');
    expect(parsed.text?.trim()).toBe('Fax to +4930123456');
    const [attachment, ...more] = parsed.attachments ?? [];
    expect(more).toEqual([]);
    expect(attachment).toMatchObject({ filename: 'fax.pdf', contentType: { type: 'application/pdf' } });
    expect(Buffer.from(attachment?.body ?? '')).toEqual(pdf);
    expect(raw).toContain(`Message-ID: <${input.deliveryId}@pbx.example.test>`);
    expect(raw).toContain('Auto-Submitted: auto-generated');
  });

  it('is addressed, titled and sent as the gateway wants it', async () => {
    const { parsed, envelope } = await read(
      withGateway({ to: 'fax.{digits}@gw.example', subject: 'pin 4711 {digits}', from: 'fax@customer.example' }),
    );
    expect(envelope).toEqual({ from: 'fax@customer.example', to: ['fax.4930123456@gw.example'] });
    expect(parsed.subject).toBe('pin 4711 4930123456');
  });

  it('is refused when the pattern makes no address', () => {
    for (const to of ['fax.example.com', '{number}@', 'a@b.example, {number}@fax.example.com', '']) {
      expect(() => composeFaxMail(withGateway({ to }))).toThrow(
        expect.objectContaining({ code: 'fax-address-invalid' }),
      );
    }
  });
});
