import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { guard } from '../process/guard.ts';
import { freePort } from '../process/ports.ts';
import { launch, type RunningProgram, untilReady } from '../process/program.ts';
import { mailCatcherProgram } from './program.ts';
import type { CaughtMail } from './store.ts';

const KEEP = 3;

let folder: string;
let smtpPort: number;
let url: string;
let running: RunningProgram;

async function start(): Promise<void> {
  const httpPort = await freePort();
  smtpPort = await freePort();
  url = `http://127.0.0.1:${httpPort}`;
  const options = { folder: join(folder, 'mail'), logFile: join(folder, 'log'), smtpPort, httpPort, keep: KEEP };
  running = await launch(mailCatcherProgram(options));
  guard({ watch: running.identity });
  await untilReady(running);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aftertone-mail-'));
  guard({ watchFolder: folder });
  await start();
});
beforeEach(() => fetch(`${url}/api/messages`, { method: 'DELETE' }));
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const audio = Buffer.from('RIFF-not-really');
const send = (mail: Partial<SendMailOptions> = {}) =>
  createTransport({ host: '127.0.0.1', port: smtpPort, tls: { rejectUnauthorized: false } }).sendMail({
    from: 'Box <box@example.test>',
    to: ['ann@example.test', 'ben@example.test'],
    subject: 'New message from Gräce',
    text: 'Listen',
    ...mail,
  });
const list = async (): Promise<CaughtMail[]> => (await (await fetch(`${url}/api/messages`)).json()) as CaughtMail[];

it('shows a message with its parts, as JSON, raw, as attachment and as a page', async () => {
  await send({ html: '<b>Listen</b>', attachments: [{ filename: 'a.wav', content: audio, contentType: 'audio/wav' }] });
  const [mail] = await list();
  expect(mail).toMatchObject({
    from: 'box@example.test',
    to: ['ann@example.test', 'ben@example.test'],
    subject: 'New message from Gräce',
    text: 'Listen\n',
    html: '<b>Listen</b>\n',
    attachments: [{ filename: 'a.wav', contentType: 'audio/wav', size: audio.length }],
  });
  const at = `${url}/api/messages/${mail?.id}`;
  expect(await (await fetch(at)).json()).toEqual(mail);
  expect(await (await fetch(`${at}/raw`)).text()).toMatch(/^Return-Path: <box@example.test>\r\nDelivered-To: ann@/);
  const attachment = await fetch(`${at}/attachments/0`);
  expect(attachment.headers.get('content-type')).toBe('audio/wav');
  expect(Buffer.from(await attachment.arrayBuffer())).toEqual(audio);
  expect(await (await fetch(`${url}/`)).text()).toContain(`<a href="/messages/${mail?.id}">New message from Gräce</a>`);
  expect(await (await fetch(`${url}/messages/${mail?.id}`)).text()).toContain('<pre>Listen');
});

it('shows what a message holds without running it', async () => {
  await send({ subject: '<script>alert(1)</script>', html: '"><script>alert(2)</script>' });
  const [mail] = await list();
  for (const path of ['/', `/messages/${mail?.id}`]) {
    const answer = await fetch(url + path);
    expect(await answer.text()).not.toContain('<script>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

it('keeps the newest messages only, newest first', async () => {
  for (const subject of ['one', 'two', 'three', 'four']) await send({ subject });
  expect((await list()).map(({ subject }) => subject)).toEqual(['four', 'three', 'two']);
  expect(readdirSync(join(folder, 'mail'))).toHaveLength(KEEP);
});

it('keeps messages over a restart', async () => {
  await send({ subject: 'stays' });
  await running.kill();
  await start();
  expect((await list()).map(({ subject }) => subject)).toEqual(['stays']);
});

it('answers 404 to names that are none of its messages', async () => {
  await send();
  const [mail] = await list();
  for (const path of ['nothing', '..%2f..%2fetc%2fpasswd', `${mail?.id}/attachments/0`, `${mail?.id}/other`]) {
    expect((await fetch(`${url}/api/messages/${path}`)).status).toBe(404);
  }
});

it('keeps nothing of a message that breaks off', async () => {
  const socket = connect(smtpPort, '127.0.0.1');
  const lines = ['EHLO test', 'MAIL FROM:<a@example.test>', 'RCPT TO:<b@example.test>', 'DATA', 'Subject: half'];
  const answers: string[] = [];
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      answers.push(chunk.toString());
      const next = lines.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
      if (lines.length === 0) socket.destroy();
    });
    socket.once('close', () => resolve());
  });
  expect(answers.at(-1)).toMatch(/^354/);
  expect(await list()).toEqual([]);
  expect(existsSync(join(folder, 'mail')) ? readdirSync(join(folder, 'mail')) : []).toEqual([]);
});
