import { type CallContext, commandsOf, queriesOf, rpcSubject, writeCallHeaders } from '@aftertone/contracts';
import { DomainError, newId, rejected } from '@aftertone/kernel';
import { eventually, freePort, natsUrl, type OwnNats, startNats, uniqueCell } from '@aftertone/testing';
import { connect, headers } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addressOf } from '../bus/address.ts';
import { type Bus, connectBus, RpcClient, RpcHandler, rpcServer } from '../index.ts';
import { errorHeader } from './wire.ts';
import 'reflect-metadata';

const greet = queriesOf('mailbox')(
  'greet',
  z.strictObject({ name: z.string().min(2), loud: z.boolean().default(false) }),
  z.object({ text: z.string(), by: z.string() }),
);
const refuse = commandsOf('mailbox')('refuse', z.object({}), z.object({}));
const crash = commandsOf('mailbox')('crash', z.object({}), z.object({}));
const wrongResult = commandsOf('mailbox')('wrong-result', z.object({}), z.object({ n: z.number() }));
const huge = queriesOf('mailbox')('huge', z.object({}), z.object({ text: z.string() }));
const slow = queriesOf('mailbox')('slow', z.object({}), z.object({}));
const unserved = queriesOf('media')('unserved', z.object({}), z.object({}));

/** Ends the calls of `slow` that are under way. */
const slowCalls: Array<() => void> = [];

@Controller()
class Greeter {
  @RpcHandler(greet)
  async greet(input: { name: string; loud: boolean }, { actor }: CallContext) {
    return {
      text: `hello ${input.loud ? input.name.toUpperCase() : input.name}`,
      by: actor.id,
      secret: 'unknown field',
    };
  }

  @RpcHandler(refuse)
  async refuse(): Promise<Record<string, never>> {
    throw rejected('mailbox-full', 'The mailbox is full', { limit: 'maxMessages' });
  }

  @RpcHandler(crash)
  async crash(): Promise<Record<string, never>> {
    throw new TypeError('secret text of a bug');
  }

  @RpcHandler(wrongResult)
  async wrongResult() {
    return JSON.parse('{"n":"no number"}');
  }

  @RpcHandler(huge)
  async huge() {
    return { text: 'x'.repeat(2_000_000) };
  }

  @RpcHandler(slow)
  async slow() {
    await new Promise<void>((resolve) => slowCalls.push(resolve));
    return {};
  }
}

const contextFor = (ms = 5_000): CallContext => ({
  tenantId: newId(),
  actor: { kind: 'user', id: 'ada', admin: false },
  correlationId: 'test-1',
  deadline: Date.now() + ms,
});

const endings: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const end of slowCalls.splice(0)) end();
  for (const end of endings.splice(0).reverse()) await end();
});

const openBus = (url: string, name: string): Bus => {
  const bus = connectBus({ url, name });
  endings.push(() => bus.close());
  return bus;
};

const serve = async (url: string, cell: string, log: string[] = [], when?: Promise<void>) => {
  const strategy = rpcServer({
    bus: openBus(url, 'server'),
    cell,
    service: 'mailbox',
    ...(when === undefined ? {} : { when }),
    around: async (what, run) => {
      log.push(`${what.name} ${what.correlationId}`);
      return run();
    },
  });
  class AppModule {}
  const app = await NestFactory.createMicroservice(
    { module: AppModule, controllers: [Greeter] },
    { strategy, logger: false },
  );
  await app.listen();
  endings.push(() => app.close());
  return strategy;
};

const startBoth = async (url = natsUrl()) => {
  const cell = uniqueCell();
  const log: string[] = [];
  const strategy = await serve(url, cell, log);
  const bus = openBus(url, 'client');
  const client = new RpcClient({ bus, cell });
  await bus.whenUp();
  await eventually(() => client.call(greet, { name: 'ready' }, contextFor()));
  return { cell, client, bus, log, strategy };
};

const refusal = async (call: Promise<unknown>): Promise<DomainError> => {
  const error = await call.then(
    () => new Error('was not refused'),
    (reason) => reason,
  );
  if (!(error instanceof DomainError)) throw error;
  return error;
};

describe('request and reply', () => {
  it('brings checked input, defaults and caller over, and drops what the contract does not name', async () => {
    const { client, log } = await startBoth();
    expect(await client.call(greet, { name: 'Bo', loud: true }, contextFor())).toEqual({ text: 'hello BO', by: 'ada' });
    expect(log).toContain('mailbox.greet test-1');
  });

  it('tells a refusal by kind, code and details', async () => {
    const { client } = await startBoth();
    const error = await refusal(client.call(refuse, {}, contextFor()));
    expect(error).toMatchObject({
      kind: 'rejected',
      code: 'mailbox-full',
      message: 'The mailbox is full',
      details: { limit: 'maxMessages' },
    });
  });

  it('tells nothing about a bug but that there is one', async () => {
    const { client } = await startBoth();
    for (const rpc of [crash, wrongResult, huge]) {
      const error = await refusal(client.call(rpc, {}, contextFor()));
      expect(error).toMatchObject({ kind: 'unavailable', code: 'internal-error' });
      expect(error.message).not.toContain('secret');
    }
  });

  it('names every wrong field, on the caller’s side and on the server’s', async () => {
    const { client, cell } = await startBoth();
    const wrong = JSON.parse('{"name":"x","colour":"red"}');
    const expected = ['colour', 'name'];
    const here = await refusal(client.call(greet, wrong, contextFor()));
    expect(here).toMatchObject({ kind: 'invalid', code: 'invalid-request' });
    expect(pathsOf(here.details)).toEqual(expected);

    const raw = await connect(addressOf(natsUrl()));
    endings.push(() => raw.close());
    const fields = headers();
    for (const [name, value] of Object.entries(writeCallHeaders(contextFor()))) fields.set(name, value);
    const reply = await raw.request(rpcSubject(greet, cell), JSON.stringify(wrong), {
      timeout: 5_000,
      headers: fields,
    });
    expect(reply.headers?.get(errorHeader)).toBe('invalid-request');
    expect(pathsOf(reply.json<{ details: object }>().details)).toEqual(expected);

    const noHeaders = await raw.request(rpcSubject(greet, cell), '{"name":"Bo"}', { timeout: 5_000 });
    expect(noHeaders.headers?.get(errorHeader)).toBe('invalid-request');
    const noJson = await raw.request(rpcSubject(greet, cell), '{', { timeout: 5_000, headers: fields });
    expect(noJson.headers?.get(errorHeader)).toBe('invalid-request');
  });

  it('refuses a call whose time is over without doing it', async () => {
    const { client, cell } = await startBoth();
    expect(await refusal(client.call(greet, { name: 'Bo' }, contextFor(0)))).toMatchObject({
      kind: 'unavailable',
      code: 'deadline-exceeded',
    });
    const raw = await connect(addressOf(natsUrl()));
    endings.push(() => raw.close());
    const fields = headers();
    for (const [name, value] of Object.entries(writeCallHeaders(contextFor(-1)))) fields.set(name, value);
    const reply = await raw.request(rpcSubject(greet, cell), '{"name":"Bo"}', { timeout: 5_000, headers: fields });
    expect(reply.headers?.get(errorHeader)).toBe('deadline-exceeded');
  });

  it.each([-600_000, 600_000])('answers a caller whose clock is %i ms off', async (off) => {
    const { cell } = await startBoth();
    const raw = await connect(addressOf(natsUrl()));
    endings.push(() => raw.close());
    const fields = headers();
    const context = contextFor(off + 5_000);
    for (const [name, value] of Object.entries(writeCallHeaders(context, Date.now() + off))) fields.set(name, value);
    const reply = await raw.request(rpcSubject(greet, cell), '{"name":"Bo"}', { timeout: 5_000, headers: fields });
    expect(reply.headers).toBeUndefined();
  });

  it('stops waiting at the deadline', async () => {
    const { client } = await startBoth();
    const error = await refusal(client.call(slow, {}, contextFor(300)));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'deadline-exceeded' });
  });

  it('says at once that nobody serves a call', async () => {
    const { client } = await startBoth();
    const start = performance.now();
    const error = await refusal(client.call(unserved, {}, contextFor(20_000)));
    expect(error).toMatchObject({ kind: 'unavailable', code: 'service-unavailable', details: { service: 'media' } });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('takes no calls until it can answer them: another one does', async () => {
    const { cell, client, log, strategy } = await startBoth();
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const late: string[] = [];
    await serve(natsUrl(), cell, late, opened);
    log.splice(0);
    const ask = () => client.call(greet, { name: 'Bo' }, contextFor());
    await Promise.all(Array.from({ length: 20 }, ask));
    expect([log.length, late.length]).toEqual([20, 0]);
    open();
    await strategy.close();
    await eventually(ask);
    expect(late.length).toBeGreaterThan(0);
  });

  it('answers the call under way before it ends, and takes no new one', async () => {
    const { client, strategy } = await startBoth();
    const call = client.call(slow, {}, contextFor());
    await eventually(() => expect(slowCalls).toHaveLength(1));
    const ended = strategy.close();
    for (const end of slowCalls.splice(0)) end();
    expect(await call).toEqual({});
    await ended;
    expect(await refusal(client.call(greet, { name: 'Bo' }, contextFor()))).toMatchObject({
      code: 'service-unavailable',
    });
  });
});

const pathsOf = (details: object): string[] =>
  z
    .object({ errors: z.array(z.object({ path: z.string(), message: z.string() })) })
    .parse(details)
    .errors.map(({ path }) => path)
    .sort();

describe('a bus that is down', () => {
  const ownNats = async (port?: number): Promise<OwnNats> => {
    const nats = await startNats(port === undefined ? {} : { port });
    endings.push(() => nats.remove());
    return nats;
  };

  it('does not keep anything from starting, and refuses calls at once until it is there', async () => {
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    const cell = uniqueCell();
    await serve(url, cell);
    const bus = openBus(url, 'client');
    const client = new RpcClient({ bus, cell });
    const start = performance.now();
    expect(await refusal(client.call(greet, { name: 'Bo' }, contextFor(20_000)))).toMatchObject({
      kind: 'unavailable',
      code: 'service-unavailable',
    });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(bus.isUp).toBe(false);
  });

  it('is used again as soon as it is back, however often it went', async () => {
    const nats = await ownNats();
    const { client, bus } = await startBoth(nats.url);
    for (let time = 0; time < 2; time++) {
      await nats.kill();
      await eventually(() => expect(bus.isUp).toBe(false));
      expect(await refusal(client.call(greet, { name: 'Bo' }, contextFor(20_000)))).toMatchObject({
        code: 'service-unavailable',
      });
      await nats.start();
      await eventually(async () => {
        expect(await client.call(greet, { name: 'Bo' }, contextFor())).toMatchObject({ text: 'hello Bo' });
      });
    }
  });

  it('lets a service end in time', async () => {
    const nats = await ownNats();
    const { strategy, bus } = await startBoth(nats.url);
    await nats.kill();
    await eventually(() => expect(bus.isUp).toBe(false));
    const start = performance.now();
    await strategy.close();
    await bus.close();
    expect(performance.now() - start).toBeLessThan(2_000);
    await expect(bus.whenUp()).rejects.toThrow('closed');
  });

  it('knows the version of the server and holds back what needs a newer one', async () => {
    const bus = openBus(natsUrl(), 'version');
    await bus.whenUp();
    expect(bus.serverVersion).toMatch(/^\d+\.\d+\.\d+/);
    await bus.requireServer('2.9.0');
    await expect(bus.requireServer('99.0')).rejects.toMatchObject({ code: 'server-too-old', kind: 'rejected' });
  });
});
