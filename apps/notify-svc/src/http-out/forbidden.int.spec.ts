import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { startHttpSink, type TestHttpSink } from '@aftertone/testing';
import { type Answer, decode, encode } from 'dns-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { networkOf } from './address-rules.ts';
import { type HttpOut, openHttpOut } from './http-out.ts';

let sink: TestHttpSink;
let dns: Socket;
let dnsServer = '';
/** What the name server says, by name and in turn; the last for ever. */
const zone = new Map<string, string[]>();
const asked: string[] = [];
const opened: HttpOut[] = [];

const startDns = async (): Promise<void> => {
  dns = createSocket('udp4');
  dns.on('message', (packet, { port, address }) => {
    const query = decode(packet);
    const [question] = query.questions ?? [];
    const name = question?.name ?? '';
    const answers: Answer[] = [];
    if (question?.type === 'A') {
      asked.push(name);
      const turns = zone.get(name) ?? [];
      const data = turns.length > 1 ? turns.shift() : turns[0];
      for (const one of data?.split(',') ?? []) answers.push({ type: 'A', name, ttl: 0, data: one });
    }
    dns.send(encode({ type: 'response', id: query.id ?? 0, questions: query.questions ?? [], answers }), port, address);
  });
  dns.bind(0, '127.0.0.1');
  await once(dns, 'listening');
  dnsServer = `127.0.0.1:${dns.address().port}`;
};

beforeAll(async () => {
  // Whatever address of this host is called by mistake, it would answer.
  sink = await startHttpSink({ host: '0.0.0.0' });
  await startDns();
});
afterAll(async () => {
  for (const out of opened) await out.close();
  dns.close();
  await sink.close();
});

const httpOut = (allow: string[], allowHttp = true): HttpOut => {
  const out = openHttpOut({
    allowNetworks: allow.map(networkOf),
    allowHttp,
    timeoutMs: 2_000,
    keptConnections: 0,
    dnsServers: [dnsServer],
  });
  opened.push(out);
  return out;
};
const call = (out: HttpOut, host: string) =>
  out.call({ url: `http://${host}:${sink.port}/`, headers: {}, body: '' }, new AbortController().signal);

const inner = 'the host has no address that may be called: it lies in an inner network';

it.each([
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '0.0.0.0',
  '0',
  'localhost',
  'LOCALHOST',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  '①②⑦.⓪.⓪.①',
])('does not connect to %s', async (host) => {
  expect(await call(httpOut([]), host)).toMatchObject({ kind: 'refused', status: null, detail: inner });
  expect(sink.opened).toBe(0);
});

it('does not connect to where a name leads, and connects to those of its addresses that it may', async () => {
  zone.set('inner.example.test', ['127.0.0.1,10.0.0.1']);
  expect(await call(httpOut([]), 'inner.example.test')).toMatchObject({ kind: 'refused', detail: inner });
  expect(sink.opened).toBe(0);
  zone.set('mixed.example.test', ['127.0.0.2,127.0.0.1']);
  expect(await call(httpOut(['127.0.0.1/32']), 'mixed.example.test')).toMatchObject({ kind: 'ok' });
  expect(sink.opened).toBe(1);
});

it('is not led elsewhere by a name that changes', async () => {
  zone.set('rebound.example.test', ['127.0.0.1', '127.0.0.2']);
  const out = httpOut(['127.0.0.1/32']);
  expect(await call(out, 'rebound.example.test')).toMatchObject({ kind: 'ok' });
  const before = sink.opened;
  expect(await call(out, 'rebound.example.test')).toMatchObject({ kind: 'refused', detail: inner });
  expect(sink.opened).toBe(before);
  expect(asked.filter((name) => name === 'rebound.example.test')).toHaveLength(2);
});

it('tells that a name has no address', async () => {
  const result = await call(httpOut([]), 'empty.example.test');
  expect(result).toMatchObject({ kind: 'failed', status: null, detail: expect.stringContaining('host name') });
});

it.each([
  ['http://127.0.0.1/', 'the URL must be an https:// URL; http:// is not allowed here'],
  ['https://user:pw@127.0.0.1/', 'the URL must have no user or password; use a header instead'],
  ['ftp://127.0.0.1/', 'the URL must be an https:// URL'],
  ['file:///etc/passwd', 'the URL must be an https:// URL'],
  ['nonsense', 'the URL must be an https:// URL'],
])('refuses %s', async (url, detail) => {
  const out = httpOut(['127.0.0.0/8'], false);
  const result = await out.call({ url, headers: {}, body: '' }, new AbortController().signal);
  expect(result).toMatchObject({ kind: 'refused', status: null, detail });
});
