import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudEvent, type Prompt, promptLanguages } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

const maxSeconds = 5;

let platform: Platform;
let admin: Client;
let alice: Client;
beforeAll(async () => {
  platform = await Platform.start([], { PROMPT_MAX_SECONDS: String(maxSeconds) });
  admin = platform.admin;
  alice = platform.as('alice');
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const builtIn = (clip: string) => readFileSync(new URL(`../apps/media-svc/prompts/${clip}.wav`, import.meta.url));
const recorded = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../apps/media-svc/src/spec-support/containers/${name}`, import.meta.url)));

const read = (client: Client, address: string) => client.json<Prompt>('GET', `/v1/prompts/${address}`);
const hear = (client: Client, address: string, headers: Record<string, string> = {}, search = '') =>
  client.send('GET', `/v1/prompts/${address}/audio${search}`, undefined, headers);
const soundOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const about = ({ status, headers }: Response) => [
  status,
  headers.get('prompt-source'),
  headers.get('content-language'),
  headers.get('content-type'),
];

const put = (client: Client, address: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
  fetch(`${client.url}/v1/prompts/${address}`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${client.token}`,
      ...(body instanceof FormData ? {} : { 'content-type': 'audio/wav' }),
      ...headers,
    },
    body: body ?? null,
    duplex: 'half',
  });
const refusal = async (response: Response) => {
  const { code, errors, detail } = await problemOf(response);
  return { status: response.status, code, errors, detail };
};

const told = async (key: string): Promise<[type: string, language: unknown][]> => {
  const events: CloudEvent[] = [];
  for (let after: string | null = 'first'; after !== null; ) {
    const page: { items: { event: CloudEvent }[]; next: string | null } = await admin.json(
      'GET',
      `/v1/events/history?after=${encodeURIComponent(after)}&types=prompt_updated,prompt_reset`,
    );
    events.push(...page.items.map(({ event }) => event));
    after = page.next;
  }
  return events.filter(({ data }) => data.key === key).map(({ type, data }) => [type, data.language]);
};

describe('what comes with Aftertone', () => {
  it('is listed and heard in every language by every user', async () => {
    for (const language of promptLanguages) {
      const { items } = await alice.json<{ items: Prompt[] }>('GET', `/v1/prompts?language=${language}`);
      expect(items).toHaveLength(162);
      expect(
        items.filter(({ source, spokenLanguage }) => source !== 'built-in' || spokenLanguage !== language),
      ).toEqual([]);
    }
    for (const [key, file] of [
      ['vm-goodbye', 'vm-goodbye'],
      ['num%2F7', 'num/7'],
      ['num/7', 'num/7'],
      ['digit/0', 'digit/0'],
    ]) {
      const heard = await hear(alice, `zh/${key}`);
      expect(about(heard)).toEqual([200, 'built-in', 'zh', 'audio/wav']);
      expect(await soundOf(heard)).toEqual(builtIn(`zh/${file}`));
      expect(await read(alice, `zh/${key}`)).toMatchObject({ key: file, version: 0 });
    }
  });

  it('is heard in parts, in other formats, and not again by who has it', async () => {
    const whole = builtIn('es/vm-goodbye');
    const part = await hear(alice, 'es/vm-goodbye', { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${whole.length}`]);
    expect(await soundOf(part)).toEqual(whole.subarray(10, 20));
    expect(part.headers.get('last-modified')).toBeNull();
    const tag = part.headers.get('etag') ?? '';
    expect((await hear(alice, 'es/vm-goodbye', { 'if-none-match': tag })).status).toBe(304);
    const later = { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() };
    expect((await hear(alice, 'es/vm-goodbye', later)).status).toBe(200);
    for (const [condition, status] of [
      [tag, 206],
      ['"another"', 200],
      [new Date(Date.now() + 86_400_000).toUTCString(), 200],
    ] as const) {
      const continued = await hear(alice, 'es/vm-goodbye', { range: 'bytes=10-19', 'if-range': condition });
      expect([condition, continued.status]).toEqual([condition, status]);
    }
    for (const [headers, search] of [
      [{}, '?format=mp3&download=true'],
      [{ accept: 'audio/mpeg' }, ''],
    ] as const) {
      const mp3 = await hear(alice, 'es/vm-goodbye', headers, search);
      expect(about(mp3)).toEqual([200, 'built-in', 'es', 'audio/mpeg']);
      expect((await soundOf(mp3)).length).toBe(Number(mp3.headers.get('content-length')));
    }
    const head = await alice.send('HEAD', '/v1/prompts/es/vm-goodbye/audio');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)]);
    const named = await hear(alice, 'es/num/7', {}, '?download=true');
    expect(named.headers.get('content-disposition')).toMatch(/num-7\.wav/);
  });

  it('is English where a language is not spoken, and nothing where there is nothing to say', async () => {
    expect(await soundOf(await hear(alice, 'de/vm-error'))).toEqual(builtIn('en/vm-error'));
    expect(about(await hear(alice, 'de/vm-error'))).toEqual([200, 'english', 'en', 'audio/wav']);
    expect(about(await hear(alice, 'fr-CA/vm-error'))).toEqual([200, 'built-in', 'fr', 'audio/wav']);
    for (const [tag, spoken] of [
      ['es-419', 'es'],
      ['zh-Hant', 'zh'],
      ['EN', 'en'],
      ['fr_ca', 'fr'],
    ]) {
      expect(about(await hear(alice, `${tag}/vm-error`))).toEqual([200, 'built-in', spoken, 'audio/wav']);
      const { items } = await alice.json<{ items: Prompt[] }>('GET', `/v1/prompts?language=${tag}`);
      expect(new Set(items.map(({ spokenLanguage }) => spokenLanguage))).toEqual(new Set([spoken]));
    }
    const nothing = await hear(alice, 'ja/vm-from-pre');
    expect(about(nothing).slice(0, 3)).toEqual([204, 'built-in', 'ja']);
    expect((await alice.send('HEAD', '/v1/prompts/ja/vm-from-pre/audio')).status).toBe(204);
    expect(await read(alice, 'ja/vm-from-pre')).toMatchObject({ empty: true, mediaId: null });
  });
});

describe('a tenant’s own recording', () => {
  it('is heard instead, as it came, until it is reset; each change is told', async () => {
    const audio = recorded('call.ogg');
    const made = await put(admin, 'fr/vm-greeting-busy', audio, { 'content-type': 'audio/ogg' });
    expect([made.status, made.headers.get('etag')]).toEqual([200, '"1"']);
    const prompt = (await made.json()) as Prompt;
    expect(prompt).toMatchObject({ source: 'tenant', spokenLanguage: 'fr', contentType: 'audio/ogg', version: 1 });
    expect(await read(alice, 'fr/vm-greeting-busy')).toEqual(prompt);
    const heard = await hear(alice, 'fr-CA/vm-greeting-busy');
    expect(about(heard)).toEqual([200, 'tenant', 'fr', 'audio/ogg']);
    expect(await soundOf(heard)).toEqual(Buffer.from(audio));
    const asWav = await hear(alice, 'fr/vm-greeting-busy', { accept: 'audio/wav' });
    expect(about(asWav)).toEqual([200, 'tenant', 'fr', 'audio/wav']);
    const { items } = await alice.json<{ items: Prompt[] }>('GET', '/v1/prompts?language=fr');
    expect(items.filter(({ source }) => source === 'tenant')).toEqual([prompt]);

    const form = new FormData();
    form.set('audio', new Blob([wav(1, 500)]), 'busy.wav');
    const again = await put(admin, 'fr/vm-greeting-busy', form, { 'if-match': '"1"' });
    expect([again.status, again.headers.get('etag')]).toEqual([200, '"2"']);
    const stale = await put(admin, 'fr/vm-greeting-busy', wav(1, 600), { 'if-match': '"1"' });
    expect(await refusal(stale)).toMatchObject({ status: 412, code: 'version-mismatch' });
    expect(await soundOf(await hear(alice, 'fr/vm-greeting-busy'))).toEqual(Buffer.from(wav(1, 500)));

    for (let n = 0; n < 2; n += 1) {
      expect((await admin.send('DELETE', '/v1/prompts/fr/vm-greeting-busy')).status).toBe(204);
    }
    expect(about(await hear(alice, 'fr/vm-greeting-busy'))).toEqual([200, 'built-in', 'fr', 'audio/wav']);
    await eventually(async () =>
      expect(await told('vm-greeting-busy')).toEqual([
        ['prompt_updated', 'fr'],
        ['prompt_updated', 'fr'],
        ['prompt_reset', 'fr'],
      ]),
    );
  });

  it('is put and taken away only where the caller’s condition holds', async () => {
    const address = 'fr/vm-received';
    const etag = async () => (await alice.send('GET', `/v1/prompts/${address}`)).headers.get('etag');
    const change = async (tone: number, headers: Record<string, string>) =>
      (await put(admin, address, wav(1, tone), headers)).status;
    const reset = async (headers: Record<string, string>) =>
      (await admin.send('DELETE', `/v1/prompts/${address}`, undefined, headers)).status;
    expect(await etag()).toBe('"0"');
    expect(await change(510, { 'if-match': '*' })).toBe(412);
    expect(await change(510, { 'if-none-match': '"0"' })).toBe(400);
    expect(await change(510, { 'if-none-match': '*' })).toBe(200);
    expect(await change(520, { 'if-none-match': '*' })).toBe(412);
    expect(await change(520, { 'if-match': '"0"' })).toBe(412);
    expect(await change(520, { 'if-match': '*' })).toBe(200);
    expect(await etag()).toBe('"2"');
    expect(await reset({ 'if-none-match': '*' })).toBe(412);
    expect([await reset({ 'if-match': '*' }), await reset({ 'if-match': '*' })]).toEqual([204, 412]);
    expect(await etag()).toBe('"3"');
    expect(await change(530, { 'if-match': '"0"' })).toBe(412);
    expect(await change(530, { 'if-match': '"3"' })).toBe(200);
  });

  it('may say something where there was nothing, and speaks for languages that are not spoken', async () => {
    expect((await put(admin, 'en/vm-hour', wav(1, 410))).status).toBe(200);
    expect(about(await hear(alice, 'en/vm-hour'))).toEqual([200, 'tenant', 'en', 'audio/wav']);
    const inGerman = await hear(alice, 'de/vm-hour');
    expect(about(inGerman)).toEqual([200, 'english', 'en', 'audio/wav']);
    expect(await soundOf(inGerman)).toEqual(Buffer.from(wav(1, 410)));
  });

  it('is another tenant’s never', async () => {
    const login = { username: 'chief', password: 'correct horse battery' };
    await admin.json('POST', '/v1/tenants', { name: 'other', admin: login });
    const chief = await eventually(async () => {
      const { token } = await admin.json<{ token: string }>('POST', '/v1/tokens', { tenant: 'other', ...login });
      return new Client(platform.url, token);
    });
    expect((await put(admin, 'es/num/7', wav(1, 420))).status).toBe(200);
    expect(about(await hear(chief, 'es/num/7'))).toEqual([200, 'built-in', 'es', 'audio/wav']);
    expect(await soundOf(await hear(chief, 'es/num/7'))).toEqual(builtIn('es/num/7'));
    expect((await put(chief, 'es/num/7', wav(1, 430))).status).toBe(200);
    expect(await soundOf(await hear(alice, 'es/num/7'))).toEqual(Buffer.from(wav(1, 420)));
    expect((await chief.send('DELETE', '/v1/prompts/es/num/7')).status).toBe(204);
    expect(about(await hear(alice, 'es/num%2F7')).slice(1, 3)).toEqual(['tenant', 'es']);
  });

  it('is one of two that come at once', async () => {
    const answers = await Promise.all([440, 450].map((tone) => put(admin, 'ja/vm-invalid', wav(1, tone))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const tags = answers.map(({ headers }) => headers.get('etag'));
    expect([...tags].sort()).toEqual(['"1"', '"2"']);
    const last = tags.indexOf('"2"') === 0 ? 440 : 450;
    expect(await soundOf(await hear(alice, 'ja/vm-invalid'))).toEqual(Buffer.from(wav(1, last)));
  });

  it('is taken once under its Idempotency-Key', async () => {
    const send = (tone: number) => put(admin, 'zh/vm-error', wav(1, tone), { 'idempotency-key': 'once' });
    const first = (await (await send(460)).json()) as Prompt;
    expect(await (await send(460)).json()).toEqual(first);
    expect((await put(admin, 'zh/vm-error', wav(1, 470))).status).toBe(200);
    expect(await (await send(460)).json()).toEqual(first);
    expect(await soundOf(await hear(alice, 'zh/vm-error'))).toEqual(Buffer.from(wav(1, 470)));
    expect(await refusal(await send(480))).toMatchObject({ status: 409, code: 'idempotency-key-reused' });
  });

  it('is heard after every service was killed right after the answer', async () => {
    const answer = await put(admin, 'en/vm-goodbye', wav(1, 490));
    platform.signal(['media-svc', 'mailbox-svc', 'notify-svc', 'gateway'], 'SIGKILL');
    expect(answer.status).toBe(200);
    await eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000 });
    expect(await soundOf(await hear(alice, 'en/vm-goodbye'))).toEqual(Buffer.from(wav(1, 490)));
    await eventually(async () => expect(await told('vm-goodbye')).toEqual([['prompt_updated', 'en']]));
  }, 120_000);
});

describe('a recording that the storage has lost', () => {
  const lose = (address: string) => {
    const blobs = join(platform.dataDir, 'media', 'blobs');
    return read(alice, address).then(({ mediaId }) => {
      const names = readdirSync(blobs, { recursive: true, encoding: 'utf8' });
      const lost = names.filter((name) => name.includes(mediaId ?? 'nothing'));
      expect(lost).toHaveLength(1);
      for (const name of lost) rmSync(join(blobs, name));
    });
  };

  it('is not heard, the built-in one is; the same file mends it', async () => {
    const address = 'fr/num/33';
    const send = () => put(admin, address, wav(1, 540));
    expect((await send()).headers.get('etag')).toBe('"1"');
    await lose(address);
    const heard = await hear(alice, address);
    expect(about(heard)).toEqual([200, 'built-in', 'fr', 'audio/wav']);
    expect(await soundOf(heard)).toEqual(builtIn(address));
    expect(await read(alice, address)).toMatchObject({ source: 'built-in', lost: true, version: 1 });
    const mended = await send();
    expect([mended.status, mended.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await soundOf(await hear(alice, address))).toEqual(Buffer.from(wav(1, 540)));
    expect((await send()).headers.get('etag')).toBe('"2"');
    await eventually(async () => expect(await told('num/33')).toHaveLength(2));
  });
});

describe('is refused and changes nothing:', () => {
  const address = 'en/vm-instructions';
  afterAll(async () => expect(await read(alice, address)).toMatchObject({ source: 'built-in', version: 0 }));

  it.each<[string, () => RequestInit['body'], number, string, Record<string, string>?]>([
    ['nothing at all', () => new Uint8Array(0), 400, 'audio-empty'],
    ['a recording of nothing', () => wav(0), 400, 'audio-empty'],
    ['silence', () => wav(2, 0), 422, 'prompt-empty'],
    ['a recording of 50 ms', () => wav(0.05), 422, 'prompt-empty'],
    ['text', () => 'Goodbye.', 415, 'audio-not-recognised'],
    ['audio that is cut off', () => wav(1).slice(0, 9_000), 422, 'audio-truncated'],
    ['a recording that is too long', () => wav(maxSeconds + 1), 422, 'audio-too-long'],
    ['JSON', () => '{}', 415, 'unsupported-media-type', { 'content-type': 'application/json' }],
    ['a form without audio', () => new FormData(), 400, 'invalid-request'],
  ])('%s', async (_what, body, status, code, headers) => {
    expect(await refusal(await put(admin, address, body(), headers))).toMatchObject({ status, code });
  });

  it('a form with something else', async () => {
    const form = new FormData();
    form.set('metadata', '{}');
    form.set('audio', new Blob([wav(1)]));
    const { status, errors } = await refusal(await put(admin, address, form));
    expect([status, errors]).toEqual([400, [{ path: 'metadata', message: 'is not a known part' }]]);
  });

  it('an upload whose sender goes away', async () => {
    const leaving = new AbortController();
    const body = new ReadableStream({
      pull: (stream) => {
        stream.enqueue(wav(1).slice(0, 5_000));
        setTimeout(() => leaving.abort(), 200);
        return new Promise(() => undefined);
      },
    });
    const sent = fetch(`${admin.url}/v1/prompts/${address}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'audio/wav' },
      body,
      duplex: 'half',
      signal: leaving.signal,
    });
    await expect(sent).rejects.toThrow();
  });

  it('a clip or a language that is not there, with those that are', async () => {
    const key = await refusal(await put(admin, 'en/vm-beep', wav(1)));
    expect(key).toMatchObject({ status: 404, code: 'prompt-not-found' });
    expect(key.detail).toMatch(/num\/0 to num\/99, digit\/0 to digit\/9, vm-greeting-default, .*vm-error/);
    const language = await refusal(await put(admin, 'de/vm-goodbye', wav(1)));
    expect(language).toMatchObject({ status: 404, code: 'prompt-language-not-found' });
    expect(language.detail).toContain('en, zh, ja, es, fr');
    for (const path of ['en/vm-beep', 'en/num/100', 'en/num/-1', 'en/num/1.5', 'de/num/x']) {
      expect(await refusal(await hear(alice, path))).toMatchObject({ status: 404, code: 'prompt-not-found' });
    }
    expect(await refusal(await hear(alice, 'en-/vm-goodbye'))).toMatchObject({
      status: 400,
      errors: [{ path: 'language', message: 'must be a language tag such as en, fr-CA or zh-Hant' }],
    });
    for (const tag of ['ES', 'es-419', 'es_MX']) {
      const written = await refusal(await put(admin, `${tag}/vm-goodbye`, wav(1)));
      expect(written).toMatchObject({ status: 404, code: 'prompt-language-not-found' });
      expect(written.detail).toContain('Change es, which is heard there.');
    }
    expect(await refusal(await hear(alice, 'en/..%2Fvm-goodbye'))).toMatchObject({
      status: 400,
      errors: [{ path: 'key' }],
    });
  });

  it('what a user sends who is no administrator', async () => {
    const refused = { status: 403, code: 'forbidden', detail: 'The token does not allow aftertone.prompts.en.update' };
    expect(await refusal(await put(alice, address, wav(1)))).toMatchObject(refused);
    const reset = await alice.send('DELETE', `/v1/prompts/${address}`);
    expect(await refusal(reset)).toMatchObject({ status: 403, code: 'forbidden' });
    const acl = ['aftertone.prompts.#'];
    const { token } = await admin.json<{ token: string }>('POST', '/v1/service-tokens', { name: 'recorder', acl });
    const recorder = new Client(platform.url, token);
    expect(await refusal(await put(recorder, address, wav(1)))).toMatchObject({
      status: 403,
      code: 'administrator-required',
    });
    expect(about(await hear(recorder, address))[0]).toBe(200);
  });
});
