import { newId } from '@aftertone/kernel';
import { eventually } from '@aftertone/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReplayWork } from '../deliveries/replay/replay-work.ts';
import { someMailbox } from '../test-support/mailbox-events.ts';
import { type Notify, startNotify } from '../test-support/notify.ts';
import { run } from './run.ts';

let notify: Notify;
beforeEach(async () => {
  notify = await startNotify();
});
afterEach(() => notify.close());

const command = async (...args: string[]) => {
  const lines: string[] = [];
  const environment = { DATABASE_URL_NOTIFY: notify.databaseUrl };
  const output = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const code = await run(['deliveries', ...args], environment, output);
  return { code, text: lines.join('\n') };
};

/** E-mails that were refused for good, in a tenant of their own. */
const fail = async (to: string[]) => {
  const box = someMailbox({ to });
  notify.smtp.behave({ kind: 'refuse', code: 550, text: 'no such user', at: 'recipient' });
  const replica = notify.startSending();
  await notify.tell(box.created(), box.messageCreated());
  await eventually(async () => {
    const { rows } = await notify.store.pool.query(`SELECT FROM delivery WHERE state <> 'failed'`);
    expect(rows).toHaveLength(0);
  });
  await replica.stop(1_000);
  return box;
};

it('lists, shows and replays what has failed, of all tenants or of one', async () => {
  expect((await command('list')).text).toBe('0 deliveries');
  expect(await command('replay', '--all')).toMatchObject({ code: 0, text: expect.stringContaining('Nothing') });
  const [first] = [await fail(['anna@example.test', 'ben@example.test']), await fail(['carla@example.test'])];
  const list = await command('list', '--state', 'failed');
  expect(list.text).toMatch(/failed {2}email {2}1x {2}\S+@example\.test {2}550 no such user\n3 deliveries$/m);
  expect((await command('list', '--tenant', first.tenantId)).text).toContain('2 deliveries');
  expect((await command('list', '--tenant', first.tenantId, '--recipient', 'ben@example.test')).text).toMatch(
    /ben@.*\n1 delivery$/,
  );
  expect((await command('list', '--channel', 'sms')).text).toBe('0 deliveries');

  const id = list.text.slice(0, 36);
  const shown = await command('show', id);
  expect(shown.text).toContain(`id: ${id}`);
  expect(shown.text).toMatch(/attempt 1: .* {2}failed {2}550 {2}550 no such user/);

  const work = new ReplayWork({ ...notify.ground, onReplayed: () => undefined }).start();
  expect(await command('replay', id)).toEqual({ code: 0, text: '1 of 1 are sent again' });
  expect(await command('replay', id)).toMatchObject({ code: 1, text: expect.stringContaining('Nothing') });
  expect(await command('replay', '--all', '--channel', 'email')).toEqual({ code: 0, text: '2 of 2 are sent again' });
  await work.stop();
  expect((await command('list', '--state', 'pending')).text).toContain('3 deliveries');
});

it('says what is wrong with a command', async () => {
  for (const args of [
    [],
    ['list', 'x'],
    ['list', '--state', 'lost'],
    ['list', '--all'],
    ['show'],
    ['show', 'x'],
    ['replay'],
    ['replay', newId(), '--all'],
    ['replay', '--all', '--state', 'pending'],
    ['replay', newId(), '--channel', 'sms'],
    ['purge'],
  ]) {
    expect(await command(...args)).toMatchObject({ code: 2, text: expect.stringContaining('Usage') });
  }
  expect(await run(['deliveries', 'list'], {}, { out: () => {}, err: () => {} })).toBe(2);
  const id = newId();
  for (const action of ['show', 'replay']) {
    expect(await command(action, id)).toEqual({ code: 1, text: `There is no delivery ${id}` });
  }
});
