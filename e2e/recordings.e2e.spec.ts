import { readFileSync } from 'node:fs';
import type { Counts, Mailbox, MessageItem } from '@aftertone/contracts';
import { eventually } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, problemOf } from './client.ts';
import { Platform } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;
let admin: Client;
let box: string;

beforeAll(async () => {
  platform = await Platform.start();
  admin = platform.admin;
  box = platform.demo.mailboxId;
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const recorded = new URL('../apps/media-svc/src/spec-support/containers/', import.meta.url);
const recording = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(name, recorded)));
const silence = () => wav(2).fill(0, 44);

const hear = (id: string, search: string, headers: Record<string, string> = {}) =>
  admin.send('GET', `/v1/messages/${id}/audio${search}`, undefined, headers);

describe('what a browser or a phone records', () => {
  it('is told by its content, plays as it came, and is had as WAV and MP3', async () => {
    for (const [name, contentType] of [
      ['browser.webm', 'audio/webm'],
      ['phone.m4a', 'audio/mp4'],
      ['call.ogg', 'audio/ogg'],
      ['studio.flac', 'audio/flac'],
    ] as const) {
      const audio = recording(name);
      const { id, content } = await admin.leave(box, { audio });
      expect(content).toMatchObject({ contentType, empty: false, quality: { speech: true, clipped: false } });
      expect(await admin.audio(id)).toEqual(audio);
      const part = await hear(id, '', { range: 'bytes=0-99' });
      expect([part.status, part.headers.get('content-type')]).toEqual([206, contentType]);

      const mp3 = await hear(id, '?format=mp3&download=true');
      expect([mp3.status, mp3.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
      expect(mp3.headers.get('content-disposition')).toMatch(/\.mp3"?$/);
      expect((await mp3.arrayBuffer()).byteLength).toBe(Number(mp3.headers.get('content-length')));
      const accepted = await hear(id, '', { accept: 'audio/wav' });
      expect([accepted.headers.get('content-type'), accepted.headers.get('vary')]).toEqual(['audio/wav', 'Accept']);
      expect(Buffer.from(await accepted.arrayBuffer()).toString('latin1', 8, 16)).toBe('WAVEfmt ');
    }
  });

  it('in a format that nobody has is had as it is, or not at all where it is asked for by name', async () => {
    const { id } = await admin.leave(box, { audio: recording('call.ogg') });
    expect((await hear(id, '', { accept: 'audio/amr' })).headers.get('content-type')).toBe('audio/ogg');
    expect((await problemOf(await hear(id, '?format=amr'))).errors?.[0]?.path).toBe('format');
  });

  it('cut off, damaged or nonsense is refused and leaves nothing, and blocks nothing', async () => {
    const path = `/v1/mailboxes/${box}/messages`;
    const { id } = await admin.leave(box, { audio: recording('phone.m4a') });
    const before = await admin.json<{ items: MessageItem[] }>('GET', path);
    const whole = recording('plain.flac');
    const broken = whole.slice().fill(0x55, 2_000, 12_000);
    for (const [audio, status, code] of [
      [whole.slice(0, 9_000), 422, 'audio-truncated'],
      [broken, 422, /^audio-(damaged|truncated)$/],
      [new Uint8Array(Buffer.from('OggS and nothing else of a file')), 415, /^audio-/],
    ] as const) {
      const refused = await admin.deposit(box, { audio });
      expect([refused.status, (await problemOf(refused)).code]).toEqual([status, expect.stringMatching(code)]);
    }
    expect(await admin.json('GET', path)).toEqual(before);
    expect(await admin.audio(id)).toEqual(recording('phone.m4a'));
  });
});

describe('a message in which nothing is said', () => {
  const make = (number: string, emptyMessages?: string) =>
    admin.json<Mailbox>('POST', '/v1/mailboxes', { number, name: 'Quiet', emptyMessages });
  const messages = async (mailboxId: string, folder: string) =>
    (await admin.json<{ items: MessageItem[] }>('GET', `/v1/mailboxes/${mailboxId}/messages?folder=${folder}`)).items;
  const countsOf = (mailboxId: string) => admin.json<Counts>('GET', `/v1/mailboxes/${mailboxId}/counts`);

  it('is kept, and says so, unless the mailbox wants it otherwise', async () => {
    const { id, emptyMessages } = await make('7001');
    expect(emptyMessages).toBe('keep');
    const { content, folder } = await admin.leave(id, { audio: silence() });
    expect([folder, content]).toEqual(['inbox', expect.objectContaining({ empty: true })]);
    expect((await admin.leave(id, { audio: wav(0.9) })).content).toMatchObject({ empty: true });
    expect((await countsOf(id)).new).toBe(2);
  });

  it('is refused where the mailbox refuses it, and others are not', async () => {
    const { id } = await make('7002', 'refuse');
    const refused = await admin.deposit(id, { audio: silence() });
    expect([refused.status, (await problemOf(refused)).code]).toEqual([422, 'message-empty']);
    await admin.leave(id, { audio: wav(1.5) });
    expect(await messages(id, 'inbox')).toHaveLength(1);
  });

  it('waits in quarantine where the mailbox wants that: it is there, and nobody is told', async () => {
    const { id } = await make('7003', 'keep');
    const to = 'quiet@example.test';
    await admin.json('PATCH', `/v1/mailboxes/${id}`, { emptyMessages: 'quarantine', notify: { email: { to: [to] } } });
    const quiet = await admin.leave(id, { audio: silence(), metadata: { callerNumber: '+4930555001' } });
    expect(quiet.folder).toBe('quarantine');
    const spoken = await admin.leave(id, { audio: wav(1.5), metadata: { callerNumber: '+4930555002' } });
    const mails = async () =>
      (await platform.mails())
        .filter((mail) => [mail.to].flat().includes(to))
        .map(({ subject, text }) => subject + text);
    await eventually(async () => expect((await mails()).join()).toContain('+4930555002'));
    expect((await mails()).join()).not.toContain('+4930555001');
    expect(await countsOf(id)).toMatchObject({ new: 1, saved: 1 });
    expect((await messages(id, 'quarantine')).map((one) => one.id)).toEqual([quiet.id]);
    expect((await messages(id, 'inbox')).map((one) => one.id)).toEqual([spoken.id]);
    // Somebody looks, and finds that it was one after all.
    await admin.json('PATCH', `/v1/messages/${quiet.id}`, { folder: 'inbox' });
    expect((await countsOf(id)).new).toBe(2);
  });
});
