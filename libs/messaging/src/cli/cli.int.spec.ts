import { invalid, newId } from '@aftertone/kernel';
import { freshDatabase } from '@aftertone/testing';
import { expect, it } from 'vitest';
import { atEnd, become, ownBus, ownDatabase, publish, sample } from '../bus.harness.ts';
import { startConsumer } from '../consumer/start-consumer.ts';
import { listDeadLetters } from '../dead-letters/dead-letters.ts';
import { run } from './run.ts';

const command = async (args: string[], environment: Record<string, string>) => {
  const lines: string[] = [];
  const code = await run(args, environment, { out: (line) => lines.push(line), err: (line) => lines.push(line) });
  return { code, text: lines.join('\n') };
};

it('lists, shows and replays what consumers gave up', async () => {
  const [around, database, other] = await Promise.all([ownBus(), ownDatabase(), freshDatabase()]);
  atEnd(() => other.drop());
  let broken = true;
  const consumer = startConsumer({
    ...around,
    databaseUrl: database.url,
    durable: 'notify-mailboxes',
    source: 'mailbox',
    handle: async () => {
      if (broken) throw invalid('broken', 'A bug');
    },
    replayEveryMs: 50,
  });
  atEnd(() => consumer.close());
  const environment = {
    DATABASE_URL_NOTIFY: database.url,
    // A service that consumes nothing.
    DATABASE_URL_MAILBOX: other.url,
    NATS_URL: around.nats.url,
  };
  expect((await command(['dead-letters', 'list'], environment)).text).toBe('0 dead letters');
  await publish(around, [sample({ position: 1, data: { note: 'the event itself' } })]);
  await become(async () => (await listDeadLetters(database.pool)).length, 1);

  const list = await command(['dead-letters', 'list'], environment);
  expect(list).toMatchObject({
    code: 0,
    text: expect.stringMatching(/notify-mailboxes {2}dead {2}1x {2}message_created {2}broken: A bug\n1 dead letter$/),
  });
  const id = list.text.split(' ')[0] ?? '';
  const shown = await command(['dead-letters', 'show', id], environment);
  expect(shown.code).toBe(0);
  expect(shown.text).toContain(`id: ${id}`);
  expect(shown.text).toContain('the event itself');

  expect(await command(['dead-letters', 'replay', id], environment)).toMatchObject({
    code: 1,
    text: expect.stringContaining('0 of 1 replayed'),
  });
  broken = false;
  expect(await command(['dead-letters', 'replay', '--all'], environment)).toMatchObject({
    code: 0,
    text: expect.stringContaining('1 of 1 replayed'),
  });
  expect((await command(['dead-letters', 'list'], environment)).text).toBe('0 dead letters');
  expect((await command(['dead-letters', 'list', '--all'], environment)).text).toContain('1 dead letter');
});

it('says what is wrong with a command', async () => {
  const database = await ownDatabase();
  const environment = { DATABASE_URL_NOTIFY: database.url };
  for (const args of [
    [],
    ['dead-letters'],
    ['dead-letters', 'show'],
    ['dead-letters', 'replay', 'x'],
    ['other', 'list'],
  ]) {
    expect(await command(args, environment)).toMatchObject({ code: 2, text: expect.stringContaining('Usage') });
  }
  expect(await command(['dead-letters', 'list'], {})).toMatchObject({ code: 2 });
  const id = newId();
  expect(await command(['dead-letters', 'show', id], environment)).toMatchObject({
    code: 1,
    text: `There is no dead letter ${id}`,
  });
  expect(await command(['dead-letters', 'replay', id], environment)).toMatchObject({ code: 1 });
  expect(await command(['dead-letters', 'replay', '--all'], environment)).toMatchObject({ code: 0 });
});
