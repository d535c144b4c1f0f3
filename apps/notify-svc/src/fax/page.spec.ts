import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { localTime } from '../email/when.ts';
import { drawFaxPage } from './page.ts';
import { pageReader } from './page-reader.ts';

const createdAt = new Date('2026-07-14T08:15:00Z');
const page = (lines: readonly string[], language = 'en') => drawFaxPage({ lines, language, createdAt });

const read = async (pdf: Buffer) => {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text, totalPages } = await extractText(document, { mergePages: true });
  return { text: text.replace(/\s+/g, ' '), pages: totalPages, document };
};

const notices: Record<string, readonly string[]> = {
  en: [
    'You have a new voicemail',
    '',
    'From: Grace O’Hara (+441212345678)',
    'Duration: 0:13',
    'Mailbox: Reception (100)',
  ],
  de: ['Neue Sprachnachricht', '', 'Von: Jürgen Groß (+4930123456)', 'Gewählte Nummer: 100', 'Dauer: 0:13'],
  fr: ['Nouveau message vocal', '', 'De : Zoé Lefèvre-Cœur (+33155501234)', 'Boîte vocale : Réception', 'Durée : 0:13'],
  es: ['Nuevo mensaje de voz', '', '¿De quién? Íñigo Muñoz (+34911234567)', 'Duración: 0:13', 'Buzón: Recepción'],
  pl: ['Nowa wiadomość głosowa', '', 'Od: Łukasz Żółć (+48221234567)', 'Ελληνικά, Кириллица, İstanbul Şişli'],
  zh: ['您有一条新的语音邮件', '', '来电者：王小明（+8610123456）', '时长：0:13', '邮箱：前台（100）'],
  ja: [
    '新しいボイスメールがあります',
    '',
    '発信者：髙橋 﨑子（+81312345678）',
    '録音時間：0:13',
    'メールボックス：総務課・辻',
  ],
};

describe('the page', () => {
  it.each(Object.entries(notices))('can be read again by another program (%s)', async (language, lines) => {
    const { text, pages, document } = await read(await page(lines, language));
    expect(pages).toBe(1);
    const letters = text.replaceAll(' ', '');
    for (const line of lines) expect(letters).toContain(line.replaceAll(' ', ''));
    const [width, height] = (await document.getPage(1)).view.slice(2);
    expect([Math.round(width ?? 0), Math.round(height ?? 0)]).toEqual([595, 842]);
  });

  it('is small, and the same file for the same words and time', async () => {
    const first = await page(notices.ja ?? []);
    expect(await page(notices.ja ?? [])).toEqual(first);
    expect(first.length).toBeLessThan(100_000);
    expect(await drawFaxPage({ lines: notices.ja ?? [], language: 'en', createdAt: new Date(0) })).not.toEqual(first);
  });

  it('stays one page and keeps every line within its margins', async () => {
    const lines = ['Heading', ...Array.from({ length: 100 }, (_, n) => `${n}: ${'a long line 漢字かな '.repeat(9)}`)];
    const { text, pages, document } = await read(await page([...lines, 'W'.repeat(300)]));
    expect(pages).toBe(1);
    expect(text).toContain('0: a long line');
    expect(text).toContain('…');
    expect(text).not.toContain('99: a');
    const { items } = await (await document.getPage(1)).getTextContent();
    for (const item of items) {
      if (!('transform' in item)) continue;
      const [left, bottom] = item.transform.slice(4);
      expect(left).toBeGreaterThanOrEqual(55);
      expect(left + item.width).toBeLessThanOrEqual(595 - 54);
      expect(bottom).toBeGreaterThanOrEqual(50);
    }
  });

  it('breaks a word that is wider than the page', async () => {
    const { text } = await read(await page(['Heading', 'W'.repeat(300)]));
    expect(text.replaceAll(/[^W]/g, '')).toHaveLength(300);
  });

  it.each(['ar', 'he', 'fa', 'th', 'ko', 'hy', 'bn'])(
    'has its date in English for a reader of %s',
    async (language) => {
      const reader = pageReader({ language, timezone: 'Europe/Paris' }, createdAt.toISOString());
      const { text } = await read(await page(['Heading', localTime(createdAt.toISOString(), reader)], reader.language));
      expect(text).toContain('Tuesday, July 14, 2026 at 10:15:00');
      expect(text).not.toMatch(/[?\0]/);
    },
  );

  it.each(['de', 'ja', 'zh', 'ru', 'el', 'hi', 'vi'])('has its date as a reader of %s writes it', async (language) => {
    const own = { language, timezone: 'Europe/Paris' };
    expect(pageReader(own, createdAt.toISOString())).toEqual(own);
  });

  it('has no letters without a shape', async () => {
    const { text } = await read(await page(['Heading', 'الثلاثاء ท \u200e\u200cx']));
    expect(text).not.toContain('\0');
    expect(text).toContain('???????? ? x');
  });

  it('shows a question mark for letters that the font does not have', async () => {
    expect((await read(await page(['Heading', '你, א and م']))).text).toContain('你, ? and ?');
  });
});
