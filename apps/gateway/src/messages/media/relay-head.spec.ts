import { describe, expect, it } from 'vitest';
import { readRelayHead } from './relay-head.ts';

const head = (...lines: string[]) => readRelayHead(lines.join('\r\n'));

describe('the head of an answer', () => {
  it('that plays is read', () => {
    expect(head('HTTP/1.1 200 OK', 'Content-Length: 12', 'ETag:"x: y" ', 'Connection: keep-alive')).toEqual({
      status: 200,
      headers: { 'content-length': '12', etag: '"x: y"', connection: 'keep-alive' },
      bytes: 12,
    });
    expect(head('HTTP/1.1 304 Not Modified', 'etag: "x"')).toMatchObject({ status: 304, bytes: 0 });
    expect(head('HTTP/1.1 302 Found', 'location: https://s3.example.test/x', 'content-length: 0')).toMatchObject({
      status: 302,
      headers: { location: 'https://s3.example.test/x' },
      bytes: 0,
    });
    expect(head('HTTP/1.1 206', 'content-length: 0')).toMatchObject({ status: 206, bytes: 0 });
  });

  it.each([
    ['a refusal', ['HTTP/1.1 404 Not Found', 'content-length: 2']],
    ['an interim answer', ['HTTP/1.1 100 Continue']],
    ['chunks', ['HTTP/1.1 200 OK', 'content-length: 2', 'transfer-encoding: chunked']],
    ['an unknown length', ['HTTP/1.1 200 OK', 'etag: "x"']],
    ['no number', ['HTTP/1.1 200 OK', 'content-length: -1']],
    ['two lengths', ['HTTP/1.1 200 OK', 'content-length: 1', 'Content-Length: 2']],
    ['a connection that ends', ['HTTP/1.1 200 OK', 'content-length: 1', 'connection: close']],
    ['a line that goes on', ['HTTP/1.1 200 OK', 'content-length: 1', ' 2']],
    ['another version', ['HTTP/1.0 200 OK', 'content-length: 1']],
    ['something else', ['SSH-2.0-OpenSSH_9.6']],
  ])('with %s is for others', (_what, lines) => {
    expect(head(...lines)).toBeNull();
  });
});
