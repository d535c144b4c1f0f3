import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startSmtp, type TestSmtp } from './smtp.ts';

let smtp: TestSmtp;
beforeEach(async () => {
  smtp = await startSmtp();
});
afterEach(() => smtp.close());

const letter = { from: 'box@example.test', to: 'ann@example.test', subject: 'Hello', text: 'A line' };
const send = (url = smtp.url) => createTransport(url).sendMail(letter);

it('keeps what it accepts, taken apart', async () => {
  await send();
  expect(smtp.messages).toHaveLength(1);
  expect(smtp.messages[0]).toMatchObject({
    from: 'box@example.test',
    to: ['ann@example.test'],
    mail: { subject: 'Hello', text: 'A line\n' },
  });
});

it.each(['recipient', 'data'] as const)('refuses with the code it was told, at the %s', async (at) => {
  smtp.behave({ kind: 'refuse', code: 451, at });
  await expect(send()).rejects.toMatchObject({ responseCode: 451 });
  expect(smtp.messages).toEqual([]);
});

it.each([
  [true, 1],
  [false, 0],
])('breaks the connection after the data, keeping it: %s', async (keeps, kept) => {
  smtp.behave({ kind: 'drop', keeps });
  await expect(send()).rejects.toThrow();
  expect(smtp.attempts).toBe(1);
  expect(smtp.messages).toHaveLength(kept);
});

it('never answers while it hangs', async () => {
  smtp.behave({ kind: 'hang' });
  const sent = createTransport({ url: smtp.url, socketTimeout: 60_000 }).sendMail(letter);
  const outcome = sent.then(() => 'sent').catch(() => 'broken');
  await eventually(() => expect(smtp.attempts).toBe(1));
  await smtp.close();
  expect(await outcome).toBe('broken');
  smtp = await startSmtp();
});

it('asks for the login it was given', async () => {
  const closed = await startSmtp({ login: { user: 'notify', password: 'p@ss' } });
  await send(closed.url);
  const { port } = new URL(closed.url);
  await expect(send(`smtp://127.0.0.1:${port}`)).rejects.toMatchObject({ responseCode: 530 });
  expect(closed.messages).toHaveLength(1);
  await closed.close();
});
