import { describe, expect, it } from 'vitest';
import { caller, notice } from '../deliveries/delivery.samples.ts';
import { type LetterInput, writeLetter } from './letter.ts';
import { localDay, playingTime } from './when.ts';

const input: LetterInput = { notice, caller, enclosure: 'not-wanted' };
const mailbox = (change: Partial<typeof notice.reader>) => ({ ...notice, reader: { ...notice.reader, ...change } });

describe('the letter', () => {
  it('says who called whom, when and for how long', () => {
    const { subject, text } = writeLetter(input);
    expect(subject).toBe('New voicemail from Zoé Caller (+33155501234) for Reception (100)');
    expect(text).toContain('From: Zoé Caller (+33155501234)\n');
    expect(text).toContain('Mailbox: Reception (100)\n');
    expect(text).toContain('Duration: 0:13\n');
  });

  it('gives the time where the mailbox is, in summer and in winter', () => {
    const received = (receivedAt: string, timezone: string) =>
      /Received: (.*)/.exec(writeLetter({ ...input, notice: { ...mailbox({ timezone }), receivedAt } }).text)?.[1];
    expect(received('2026-07-14T22:30:00.000Z', 'Europe/Paris')).toBe('Wednesday, July 15, 2026 at 12:30:00 AM GMT+2');
    expect(received('2026-01-14T22:30:00.000Z', 'Europe/Paris')).toBe(
      'Wednesday, January 14, 2026 at 11:30:00 PM GMT+1',
    );
    expect(received('2026-07-14T22:30:00.000Z', 'Asia/Kolkata')).toBe(
      'Wednesday, July 15, 2026 at 4:00:00 AM GMT+5:30',
    );
  });

  it('speaks the language of the mailbox, and English with its dates where nobody has translated it', () => {
    const german = writeLetter({ ...input, notice: mailbox({ language: 'de-CH' }) });
    expect(german.subject).toBe('Neue Sprachnachricht von Zoé Caller (+33155501234) für Reception (100)');
    expect(german.text).toContain('Dienstag, 14. Juli 2026');
    const finnish = writeLetter({ ...input, notice: mailbox({ language: 'fi' }) });
    expect(finnish.text).toContain('You have a new voicemail');
    expect(finnish.text).toContain('14. heinäkuuta 2026');
  });

  it('copes with a caller who has no name, no number, or both alike', () => {
    const from = (change: Partial<typeof caller>) =>
      writeLetter({ ...input, caller: { ...caller, ...change } }).subject;
    expect(from({ callerName: null })).toContain('from +33155501234 for');
    expect(from({ callerNumber: null })).toContain('from Zoé Caller for');
    expect(from({ callerName: '+33155501234' })).toContain('from +33155501234 for');
    expect(from({ callerName: ' ', callerNumber: null })).toContain('from unknown caller for');
  });

  it('says that it is urgent or confidential, and why there is no recording', () => {
    const flagged = writeLetter({ ...input, notice: { ...notice, urgent: true, confidential: true } });
    expect(flagged.subject).toMatch(/^\[Urgent\] New voicemail/);
    expect(flagged.text).toContain('This message is confidential.');
    expect(writeLetter({ ...input, enclosure: 'too-large' }).text).toContain('too large to be attached');
    expect(writeLetter({ ...input, enclosure: 'not-available' }).text).toContain('could not be attached');
    expect(writeLetter({ ...input, notice: { ...notice, durationMs: null } }).text).toContain('left no recording');
  });

  it('lets nobody write HTML or a second line into it', () => {
    const evil = { ...caller, callerName: '<img src=x onerror="alert(1)">\r\nBcc: all@example.test\u2028x\u202etxt' };
    const { subject, html, text } = writeLetter({ ...input, caller: evil });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect(subject).not.toMatch(/[\r\n\u2028\u202e]/);
    expect(text).not.toMatch(/^Bcc/m);
  });
});

it('writes durations as players do', () => {
  expect([1, 7_000, 61_001, 3_600_000].map(playingTime)).toEqual(['0:01', '0:07', '1:02', '1:00:00']);
});

it('takes the day from the zone', () => {
  expect(localDay('2026-07-14T22:30:00.000Z', 'Europe/Paris')).toBe('2026-07-15');
});
