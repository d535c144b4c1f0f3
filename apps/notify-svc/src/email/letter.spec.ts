import { describe, expect, it } from 'vitest';
import { caller, notice } from '../deliveries/delivery.samples.ts';
import { type LetterInput, writeLetter } from './letter.ts';
import { localDay, playingTime, shortTime, wallClock } from './when.ts';

const input: LetterInput = { notice, caller, enclosure: 'not-wanted' };
const template = { language: 'en', subject: null, text: null, html: null };

describe('the letter', () => {
  it('says who called whom, when and for how long', () => {
    const { subject, text, html } = writeLetter(input);
    expect(subject).toBe('New voicemail from Zoé Caller (+33155501234) for Reception (100)');
    expect(text).toContain('From: Zoé Caller (+33155501234)\n');
    expect(text).toContain('Duration: 0:13\n');
    expect(html).toContain('<td>0:13</td>');
  });

  it('speaks the language of the reader and has the reader’s time', () => {
    const reader = { language: 'de-CH', timezone: 'Asia/Kolkata' };
    const { subject, text } = writeLetter({ ...input, notice: { ...notice, reader } });
    expect(subject).toBe('Neue Sprachnachricht von Zoé Caller (+33155501234) für Reception (100)');
    expect(text).toContain('Dienstag, 14. Juli 2026 um 13:44:58 GMT+5:30');
  });

  it('says that nobody took care of the message in time, also as a short message', () => {
    const late = { ...input, notice: { ...notice, escalation: { step: 2, of: 3 } } };
    expect(writeLetter(late).subject).toMatch(/^Not yet taken care of: voicemail from Zoé/);
    expect(writeLetter(late).text).toContain('(step 2 of 3)');
    const { html, subject, text } = writeLetter({ ...late, kind: 'sms' });
    expect({ html, subject }).toEqual({ html: undefined, subject: '' });
    expect(text).toMatch(/^New voicemail from Zoé/);
  });

  it('is written as the tenant wants it, with what the sender knows', () => {
    const text =
      '{{ recipient.name }} {{ recipient.email }} {{ message.id }} {{ link }} {{ counts.new }} {{ tenant.name }}';
    const details = {
      messageId: 'm1',
      name: 'Anna',
      address: 'anna@example.test',
      link: 'https://v.example.test/x',
      counts: { new: 2, saved: 0 },
      tenantName: 'Ltd',
    };
    const letter = writeLetter({ ...input, templates: [{ ...template, text }], details });
    expect(letter.text).toBe('Anna anna@example.test m1 https://v.example.test/x 2 Ltd');
    expect(letter).not.toHaveProperty('html');
  });

  it('is the built-in one where a template fails, and says so', () => {
    const failing = writeLetter({ ...input, templates: [{ ...template, text: '{% if %' }] });
    expect(failing).toEqual({ ...writeLetter(input), problem: expect.stringContaining('template email/en') });
  });
});

it('writes durations as players do', () => {
  expect([1, 7_000, 61_001, 3_600_000].map(playingTime)).toEqual(['0:01', '0:07', '1:02', '1:00:00']);
});

it('takes the day and the clock from the zone', () => {
  const late = '2026-07-14T22:30:00.000Z';
  expect(localDay(late, 'Europe/Paris')).toBe('2026-07-15');
  expect(wallClock(late, 'Europe/Paris')).toBe('2026-07-15 00:30:00');
  expect(shortTime(late, { language: 'de', timezone: 'Europe/Paris' })).toBe('15.07.26, 00:30');
});
