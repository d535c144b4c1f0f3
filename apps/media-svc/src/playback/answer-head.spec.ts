import { describe, expect, it } from 'vitest';
import { answerHead } from './answer-head.ts';

const media = {
  contentType: 'audio/wav',
  bytes: 1000,
  sha256: 'ab'.repeat(32),
  storedAt: new Date('2026-03-01T12:00:00.750Z'),
};
const etag = `"${media.sha256}"`;
const lastModified = 'Sun, 01 Mar 2026 12:00:00 GMT';

const ask = (headers: Record<string, string> = {}, download?: string) => answerHead(media, { headers, download });

describe('without conditions', () => {
  it('sends everything, with what a client needs for the next time', () => {
    expect(ask()).toEqual({
      status: 200,
      headers: {
        etag,
        'last-modified': lastModified,
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
        'content-type': 'audio/wav',
        'content-length': 1000,
      },
      body: 'all',
    });
  });

  it('sends a part', () => {
    expect(ask({ range: 'bytes=-100' })).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 900-999/1000', 'content-length': 100, etag },
      body: { start: 900, end: 999 },
    });
  });

  it('refuses a part behind the end, and says where that is', () => {
    const answer = ask({ range: 'bytes=1000-' });
    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */1000' }, body: null });
  });

  it.each([
    ['message.wav', 'attachment; filename=message.wav'],
    ['../../x".wav', 'attachment; filename="x\\".wav"'],
    ['C:\\\\x.wav', 'attachment; filename=x.wav'],
    ['', 'attachment'],
    ['Grüße €.wav', /filename\*=UTF-8''Gr%C3%BC%C3%9Fe%20%E2%82%AC\.wav$/],
    ['a\r\nSet-Cookie: x=1.wav', /^[^\r\n]*$/],
  ])('names the file %j', (name, expected) => {
    const { headers } = ask({}, name);
    expect(headers['content-disposition']).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });
});

describe('conditions', () => {
  it.each<[string, number]>([
    ['*', 200],
    [etag, 200],
    [`"other", ${etag}`, 200],
    ['"other"', 412],
    [`W/${etag}`, 412],
  ])('If-Match %s is answered %i', (condition, status) => {
    expect(ask({ 'if-match': condition }).status).toBe(status);
  });

  it('If-Match comes before If-None-Match', () => {
    expect(ask({ 'if-match': '"other"', 'if-none-match': etag })).toMatchObject({ status: 412, body: null });
  });

  it.each<[string, Record<string, string>, number]>([
    ['the tag is known', { 'if-none-match': etag }, 304],
    ['one of the tags is known', { 'if-none-match': `"x", W/${etag}` }, 304],
    ['the tag is known, and caches shall not answer', { 'if-none-match': etag, 'cache-control': 'no-cache' }, 304],
    ['any tag', { 'if-none-match': '*' }, 304],
    ['another tag is known', { 'if-none-match': '"x"' }, 200],
    ['not modified since', { 'if-modified-since': lastModified }, 304],
    ['modified since', { 'if-modified-since': 'Sun, 01 Mar 2026 11:59:59 GMT' }, 200],
    ['the tag decides, not the time', { 'if-none-match': '"x"', 'if-modified-since': lastModified }, 200],
    ['a known tag wins over a range', { 'if-none-match': etag, range: 'bytes=0-1' }, 304],
  ])('%s', (_name, headers, status) => expect(ask(headers).status).toBe(status));

  it.each<[string, number]>([
    [etag, 206],
    [lastModified, 206],
    [`W/${etag}`, 200],
    ['"x"', 200],
    ['Sun, 01 Mar 2026 12:00:01 GMT', 200],
  ])('If-Range: %s', (condition, status) => {
    expect(ask({ range: 'bytes=0-1', 'if-range': condition }).status).toBe(status);
    expect(ask({ range: 'bytes=5000-', 'if-range': condition }).status).toBe(status === 206 ? 416 : 200);
  });
});
