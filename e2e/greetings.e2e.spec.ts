import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActiveGreeting, Greeting, GreetingRecording } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;

beforeAll(async () => {
  platform = await Platform.start([], { MEDIA_RELEASE_GRACE_MINUTES: '0', MEDIA_HOUSEKEEPING_SECONDS: '1' });
  admin = platform.admin;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

let numbers = 0;
/** Greetings of a mailbox of its own, by their path. */
const newGreetings = async (over: Record<string, unknown> = {}): Promise<string> => {
  numbers += 1;
  const settings = {
    number: `66${numbers}`,
    name: `Greeter ${numbers}`,
    timezone: 'Europe/Paris',
    language: 'fr',
    ...over,
  };
  const { id } = await admin.json<{ id: string }>('POST', '/v1/mailboxes', settings);
  return `/v1/mailboxes/${id}/greetings`;
};

const record = async (path: string, audio: Uint8Array<ArrayBuffer>): Promise<Greeting> => {
  const response = await admin.upload('PUT', `${path}/audio`, audio);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as Greeting;
};

const audioAt = async (path: string): Promise<Uint8Array> => {
  const response = await admin.send('GET', path);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
};

/** What the storage and the spool hold of a recording. */
const filesOf = (mediaId: string): string[] =>
  readdirSync(join(platform.dataDir, 'media'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes(mediaId),
  );

const m4a = new Uint8Array(
  readFileSync(new URL('../apps/media-svc/src/spec-support/containers/phone.m4a', import.meta.url)),
);

describe('a greeting', () => {
  it('is recorded from a phone, heard as it came and in other formats, and told to callers', async () => {
    const greetings = await newGreetings();
    const { recording, version } = await record(`${greetings}/unavailable`, m4a);
    expect(recording?.content).toMatchObject({ contentType: 'audio/mp4', quality: { speech: true } });
    const at = `${greetings}/unavailable/audio`;
    expect(await audioAt(at)).toEqual(m4a);
    const mp3 = await admin.send('GET', `${at}?format=mp3&download=true`);
    expect(mp3.headers.get('content-type')).toBe('audio/mpeg');
    expect(mp3.headers.get('content-disposition')).toContain('greeting-unavailable.mp3');
    expect((await admin.send('GET', at, undefined, { range: 'bytes=0-9' })).status).toBe(206);
    const read = await admin.send('GET', `${greetings}/unavailable`);
    expect(read.headers.get('etag')).toBe(`"${version}"`);

    const { kind, clips } = await admin.json<{ kind: string; clips: { audio: string }[] }>(
      'GET',
      `${greetings}/active`,
    );
    expect([kind, clips.map(({ audio }) => audio)]).toEqual(['unavailable', [at]]);
  });

  it('is said by the hours of its mailbox’s zone, and the built-in one else', async () => {
    const greetings = await newGreetings();
    await record(`${greetings}/temporary`, wav(2));
    const hours = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', until: '08:30' }];
    const dates = [{ from: '2026-12-25', until: '2026-12-25' }];
    await admin.json('PATCH', `${greetings}/temporary`, { activation: { hours, dates } });
    const heard = async (at: string) =>
      (await admin.json<ActiveGreeting>('GET', `${greetings}/active?at=${encodeURIComponent(at)}&reason=busy`)).kind;
    expect(await heard('2026-03-02T18:00:00+01:00')).toBe('temporary');
    expect(await heard('2026-03-02T17:59:59+01:00')).toBeNull();
    expect(await heard('2026-03-07T08:29:00+01:00')).toBe('temporary');
    expect(await heard('2026-12-25T12:00:00+01:00')).toBe('temporary');
    await record(`${greetings}/name`, wav(1));
    const { clips } = await admin.json<ActiveGreeting>('GET', `${greetings}/active?at=2026-03-07T12:00:00Z`);
    expect(clips).toMatchObject([
      { type: 'recording', kind: 'name' },
      { type: 'prompt', key: 'vm-greeting-ext-post', language: 'fr' },
    ]);
  });

  it.each([
    ['fr-CA', 'fr'],
    ['de', 'en'],
  ])('of the platform is heard in %s by the way that is told: in %s', async (language, spoken) => {
    const greetings = await newGreetings({ language });
    const { clips } = await admin.json<{ clips: { audio: string }[] }>('GET', `${greetings}/active?reason=busy`);
    expect(clips).toHaveLength(1);
    const heard = await admin.send('GET', clips[0]?.audio ?? '');
    expect([heard.status, heard.headers.get('content-language')]).toEqual([200, spoken]);
    expect((await heard.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  it('can be taken back, copied, removed and forgotten for good', async () => {
    const greetings = await newGreetings();
    const [first, second] = [wav(1), wav(2)];
    const { recording: one } = await record(`${greetings}/busy`, first);
    const { version } = await record(`${greetings}/busy`, second);
    expect((await record(`${greetings}/busy`, second)).version).toBe(version);

    const recordings = `${greetings}/busy/recordings`;
    const listed = async () => (await admin.json<{ items: GreetingRecording[] }>('GET', recordings)).items;
    expect((await listed()).map(({ content }) => content.durationMs)).toEqual([2_000, 1_000]);
    await admin.json('POST', `${recordings}/${one?.id}/restore`);
    expect(await audioAt(`${greetings}/busy/audio`)).toEqual(first);
    await admin.json('POST', `${greetings}/unavailable/copy`, { from: 'busy' });
    await admin.json('DELETE', `${greetings}/busy`);
    await admin.json('DELETE', `${greetings}/busy`);
    expect((await problemOf(await admin.send('GET', `${greetings}/busy/audio`))).code).toBe('greeting-not-found');
    expect(await audioAt(`${greetings}/unavailable/audio`)).toEqual(first);
    expect(await audioAt(`${recordings}/${one?.id}/audio`)).toEqual(first);
    await admin.json('DELETE', `${recordings}/${one?.id}`);
    const gone = await problemOf(await admin.send('GET', `${recordings}/${one?.id}/audio`));
    expect(gone.code).toBe('greeting-recording-not-found');
    expect(await listed()).toHaveLength(1);
    expect(await audioAt(`${greetings}/unavailable/audio`)).toEqual(first);
  });

  it('is for those who have the right to it in the mailbox: heard by all, changed by owners and managers', async () => {
    const [ann, ben] = platform.demo.users;
    const greetings = await newGreetings({ accessType: 'group', ownerUserIds: [ann?.id] });
    const owner = platform.as(ann?.username ?? '');
    const member = platform.as(ben?.username ?? '');
    expect((await owner.upload('PUT', `${greetings}/busy/audio`, wav(1))).status).toBe(200);
    await owner.json('PATCH', `${greetings}/busy`, { activation: { until: '2030-01-01T00:00:00Z' } });
    expect((await member.send('GET', `${greetings}/active`)).status).toBe(404);
    for (const [role, status] of [
      ['reader', 403],
      ['agent', 403],
      ['manager', 200],
    ] as const) {
      await owner.json('PUT', `${greetings.replace(/greetings$/, 'members')}/${ben?.id}`, { role });
      await eventually(async () => expect((await member.send('GET', `${greetings}/active`)).status).toBe(200));
      expect((await member.send('GET', `${greetings}/busy/audio`)).status).toBe(200);
      expect((await member.send('GET', greetings)).status).toBe(status);
      expect((await member.upload('PUT', `${greetings}/name/audio`, wav(1))).status).toBe(status);
    }
  });

  it('that is wrong is refused, says what to do, and changes nothing', async () => {
    const greetings = await newGreetings();
    const path = `${greetings}/unavailable`;
    const { version } = await record(path, wav(1));
    for (const [audio, status, code] of [
      [new Uint8Array(), 400, 'audio-empty'],
      [new Uint8Array(Buffer.from('no sound at all, and long enough to be looked at')), 415, 'audio-not-recognised'],
      [wav(3).slice(0, 9_000), 422, 'audio-truncated'],
      [wav(301), 422, 'audio-too-long'],
    ] as const) {
      const refused = await admin.upload('PUT', `${path}/audio`, audio);
      expect([refused.status, (await problemOf(refused)).code]).toEqual([status, code]);
    }
    const stale = { 'if-match': `"${version + 1}"` };
    expect((await admin.upload('PUT', `${path}/audio`, wav(2), stale)).status).toBe(412);
    expect((await admin.upload('PUT', `${greetings}/busy/audio`, wav(2), { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.upload('PUT', `${greetings}/busy/audio`, wav(2), { 'if-match': '"0"' })).status).toBe(200);

    for (const [activation, where] of [
      [{}, 'activation'],
      [{ from: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' }, 'activation.until'],
      [{ hours: [{ days: ['mon'], from: '09:00', until: '09:00' }] }, 'activation.hours.0.until'],
      [{ hours: [{ days: ['monday'], from: '09:00', until: '10:00' }] }, 'activation.hours.0.days.0'],
      [{ dates: [{ from: '2026-02-30', until: '2026-03-01' }] }, 'activation.dates.0.from'],
      [{ dates: [{ from: '2026-03-02', until: '2026-03-01' }] }, 'activation.dates.0.until'],
    ] as const) {
      const refused = await admin.send('PATCH', path, { activation });
      expect([refused.status, (await problemOf(refused)).errors?.[0]?.path]).toEqual([400, where]);
    }
    expect((await problemOf(await admin.send('GET', `${greetings}/sometimes`))).errors?.[0]?.path).toBe('kind');
    expect((await admin.json<Greeting>('GET', path)).version).toBe(version);
  });

  it('is there after every service was killed, and goes with its mailbox, audio too', async () => {
    const greetings = await newGreetings();
    const audio = wav(2);
    const { recording } = await record(`${greetings}/name`, audio);
    expect(filesOf(recording?.content.mediaId ?? '')).toHaveLength(1);
    platform.signal(['mailbox-svc', 'media-svc', 'gateway'], 'SIGKILL');
    await eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000 });
    expect(await eventually(() => audioAt(`${greetings}/name/audio`), { timeoutMs: 30_000 })).toEqual(audio);
    await admin.json('DELETE', greetings.replace(/\/greetings$/, ''));
    expect((await admin.send('GET', `${greetings}/name/audio`)).status).toBe(404);
    await eventually(() => expect(filesOf(recording?.content.mediaId ?? '')).toEqual([]), { timeoutMs: 30_000 });
  });
});
