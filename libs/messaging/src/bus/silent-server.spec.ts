import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connectBus } from './connect-bus.ts';

it('is left in time where a server takes the connection and says nothing', async () => {
  const taken: Socket[] = [];
  const server = createServer((socket) => void taken.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bus = connectBus({ url: `nats://127.0.0.1:${port}`, name: 'test' });
  await once(server, 'connection');
  expect(bus.isUp).toBe(false);
  await bus.close();
  for (const socket of taken) socket.destroy();
  server.close();
}, 10_000);
