import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { natsUrl, startNats, uniqueCell } from './nats.ts';

const login = (address: string) => {
  const { host, username, password } = new URL(address);
  return { servers: host, user: username, pass: password, reconnect: false };
};

it('gives the run a server with JetStream that nobody enters without a login', async () => {
  const connection = await connect(login(natsUrl()));
  const manager = await jetstreamManager(connection);
  const cell = uniqueCell();
  await manager.streams.add({ name: cell, subjects: [`${cell}.>`] });
  expect((await jetstream(connection).publish(`${cell}.a`, 'x')).seq).toBe(1);
  await manager.streams.delete(cell);
  await connection.close();
  await expect(connect({ servers: new URL(natsUrl()).host, reconnect: false })).rejects.toThrow(/authorization/i);
});

it('keeps streams over a kill and loses them in a wipe', async () => {
  const server = await startNats();
  const streams = async (): Promise<string[]> => {
    const connection = await connect(login(server.url));
    const names: string[] = [];
    for await (const name of (await jetstreamManager(connection)).streams.names()) names.push(name);
    await connection.close();
    return names;
  };
  try {
    const connection = await connect(login(server.url));
    await (await jetstreamManager(connection)).streams.add({ name: 'kept', subjects: ['kept.>'] });
    await connection.close();
    await server.kill();
    await server.start();
    expect(await streams()).toEqual(['kept']);
    await server.wipe();
    expect(await streams()).toEqual([]);
  } finally {
    await server.remove();
  }
});
