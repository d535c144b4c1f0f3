import { describe, expect, it } from 'vitest';
import { fitSms } from './fit.ts';

describe('a text for an SMS', () => {
  it('stays as it is while it fits', () => {
    expect(fitSms('é'.repeat(160), 160)).toBe('é'.repeat(160));
    expect(fitSms('', 160)).toBe('');
  });

  it('is cut where it is longer, and says so', () => {
    expect(fitSms('a'.repeat(161), 160)).toBe(`${'a'.repeat(157)}...`);
    expect(fitSms('new voicemail from Anna', 16)).toBe('new voicemail...');
  });

  it('has room for half as many letters that count twice', () => {
    expect(fitSms('€'.repeat(80), 160)).toBe('€'.repeat(80));
    expect(fitSms('€'.repeat(81), 160)).toBe(`${'€'.repeat(78)}...`);
  });

  it('has less room when it has letters of other alphabets, and is never cut within one', () => {
    expect(fitSms('新'.repeat(70), 160)).toBe('新'.repeat(70));
    expect(fitSms('新'.repeat(71), 160)).toBe(`${'新'.repeat(67)}...`);
    const family = '👨‍👩‍👧';
    const cut = fitSms(family.repeat(20), 160);
    expect(cut).toBe(`${family.repeat(8)}...`);
    expect(fitSms('新'.repeat(141), 320)).toHaveLength(140);
  });
});
