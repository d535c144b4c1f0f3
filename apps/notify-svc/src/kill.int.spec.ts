import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type CallContext, type Channel, contractEvents, type Delivery, notifyQueries } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { type Bus, connectBus, RpcClient } from '@aftertone/messaging';
import {
  eventually,
  freePort,
  freshDatabase,
  type OwnNats,
  startNats,
  startSmtp,
  type TestSmtp,
} from '@aftertone/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { environment } from './test-support/environment.ts';
import { messageOf, someMailbox } from './test-support/mailbox-events.ts';
import { mailboxStream } from './test-support/mailbox-stream.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const registerTypescript = new URL('./test-support/register-typescript.ts', import.meta.url).href;

let nats: OwnNats;
let smtp: TestSmtp;
let bus: Bus;
let env: ReturnType<typeof environment>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [nats, smtp] = await Promise.all([startNats(), startSmtp()]);
  bus = connectBus({ url: nats.url, name: 'test' });
  const { url: databaseUrl } = await freshDatabase();
  env = environment({ natsUrl: nats.url, databaseUrl, smtpUrl: smtp.url, port: 0 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await bus.close();
  await smtp.close();
  await nats.remove();
});

const startChild = async (): Promise<ChildProcess> => {
  const port = String(await freePort());
  const args = ['--conditions=source', '--import', registerTypescript, main];
  const child = spawn(process.execPath, args, { env: { ...env, PORT: port }, stdio: 'inherit' });
  children.push(child);
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
    timeoutMs: 120_000, // it compiles itself
  });
  return child;
};
const callAs = (tenantId: string): CallContext => ({
  tenantId,
  actor: { kind: 'user', id: newId(), admin: true },
  correlationId: 'asked',
  deadline: Date.now() + 5_000,
});
const deliveryOf = async (
  tenantId: string,
  messageId: string,
  channel: Channel = 'email',
): Promise<Delivery | undefined> => {
  const rpc = new RpcClient({ bus, cell: 'c1' });
  const { items } = await rpc.call(notifyQueries.listDeliveries, { messageId }, callAs(tenantId));
  return items.find((one) => one.channel === channel);
};
/** The messages whose lamps had their turn, in the order in which the bus was told. */
const turnsOfLamps = async (tenantId: string): Promise<unknown[]> => {
  const rpc = new RpcClient({ bus, cell: 'c1' });
  const { events } = await rpc.call(notifyQueries.events, { afterPosition: 0 }, callAs(tenantId));
  return events.flatMap(({ event }) => (event.type === contractEvents.mwiNotified.type ? [event.data.messageId] : []));
};
const outcomesOf = (delivery: Delivery | undefined) => delivery?.attempts.map(({ n, outcome }) => [n, outcome]);

it('sends again, and lists as unknown, what a kill cut off between sending and recording', async () => {
  const publish = mailboxStream(bus, 'c1');
  const box = someMailbox({ to: ['anna@example.test'], notify: {} });
  const message = box.messageCreated();
  const first = await startChild();
  smtp.behave({ kind: 'hang', keeps: true });
  await publish(box.created(), message, box.counts(1));
  await eventually(() => expect(smtp.messages).toHaveLength(1));
  first.kill('SIGKILL');
  await once(first, 'exit');

  smtp.behave({ kind: 'accept' });
  const second = await startChild();
  const delivered = (messageId: string, channel: Channel) =>
    eventually(async () => {
      const found = await deliveryOf(box.tenantId, messageId, channel);
      expect(found?.state).toBe('delivered');
      return found;
    });
  expect(outcomesOf(await delivered(messageOf(message), 'email'))).toEqual([
    [1, 'unknown'],
    [2, 'delivered'],
  ]);
  expect(smtp.messages).toHaveLength(2);
  const [before, after] = smtp.messages;
  expect(after?.mail.messageId).toBe(before?.mail.messageId);

  // The same event once more leads nowhere: of it and the message behind it, only that one is told.
  const next = box.messageCreated();
  await publish(message, next, box.counts(2));
  expect(outcomesOf(await delivered(messageOf(next), 'email'))).toEqual([[1, 'delivered']]);

  // Every message has its turn of the lamps, and one only: also where the kill cut off an attempt at it.
  const lamps = await delivered(messageOf(message), 'mwi');
  expect(lamps?.attempts.slice(0, -1).every(({ outcome }) => outcome === 'unknown')).toBe(true);
  expect(outcomesOf(await delivered(messageOf(next), 'mwi'))).toEqual([[1, 'delivered']]);
  expect(await turnsOfLamps(box.tenantId)).toEqual([messageOf(message), messageOf(next)]);

  second.kill('SIGTERM');
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  expect(smtp.messages).toHaveLength(3);
}, 300_000);
