import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Delivery, notifyQueries } from '@aftertone/contracts';
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
    timeoutMs: 30_000,
  });
  return child;
};
const deliveryOf = async (tenantId: string, messageId: string): Promise<Delivery | undefined> => {
  const actor = { kind: 'user' as const, id: newId(), admin: true };
  const call = { tenantId, actor, correlationId: 'asked', deadline: Date.now() + 5_000 };
  const { items } = await new RpcClient({ bus, cell: 'c1' }).call(notifyQueries.listDeliveries, { messageId }, call);
  return items[0];
};

it('sends again, and lists as unknown, what a kill cut off between sending and recording', async () => {
  const publish = mailboxStream(bus, 'c1');
  const box = someMailbox({ to: ['anna@example.test'] });
  const message = box.messageCreated();
  const first = await startChild();
  smtp.behave({ kind: 'hang', keeps: true });
  await publish(box.created(), message);
  await eventually(() => expect(smtp.messages).toHaveLength(1));
  first.kill('SIGKILL');
  await once(first, 'exit');

  smtp.behave({ kind: 'accept' });
  const second = await startChild();
  const delivered = await eventually(
    async () => {
      const found = await deliveryOf(box.tenantId, messageOf(message));
      expect(found?.state).toBe('delivered');
      return found;
    },
    { timeoutMs: 20_000 },
  );
  expect(delivered?.attempts.map(({ n, outcome }) => [n, outcome])).toEqual([
    [1, 'unknown'],
    [2, 'delivered'],
  ]);
  expect(smtp.messages).toHaveLength(2);
  const [before, after] = smtp.messages;
  expect(after?.mail.messageId).toBe(before?.mail.messageId);

  // The same event once more leads nowhere: of it and the message behind it, only that one is told.
  const next = box.messageCreated();
  await publish(message, next);
  await eventually(async () => expect((await deliveryOf(box.tenantId, messageOf(next)))?.state).toBe('delivered'));
  second.kill('SIGTERM');
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  expect(smtp.messages).toHaveLength(3);
}, 90_000);
