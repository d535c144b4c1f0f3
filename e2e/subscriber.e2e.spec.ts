import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ReceivedEvent, type Subscriber, subscribe } from '@aftertone/contracts/subscribe';
import { eventually, temporaryFolder } from '@aftertone/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExample } from './example.ts';
import { Platform, SERVICES } from './platform.ts';
import { wav } from './wav.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start();
}, 240_000);
afterAll(() => platform?.remove(), 60_000);

const leave = async () => (await platform.admin.leave(platform.demo.mailboxId, { audio: wav(1) })).id;

/** Reads until `wanted` messages have been created, acknowledging everything. */
const messagesOf = async (events: Subscriber, wanted: readonly string[]): Promise<string[]> => {
  const seen: string[] = [];
  for (let got = 0; got < wanted.length; ) {
    const { value } = await events.next();
    if (value === undefined) throw new Error('the iteration has ended');
    await value.ack();
    if (value.type !== 'message_created') continue;
    seen.push(value.data.messageId);
    if (wanted.includes(value.data.messageId)) got++;
  }
  return seen;
};

const asAlice = (rest: { durable?: string; after?: string; types?: string[] } = {}) => {
  const { url: gateway, users } = platform.demo;
  const token = users.find(({ username }) => username === 'alice')?.token ?? '';
  const onProblem = (problem: Error) => console.log(new Date().toISOString(), problem.message, problem.cause);
  return subscribe({ gateway, token, onProblem, ...rest });
};

describe('a subscriber', () => {
  it('receives what its owner may see, and goes on where it was under its name', async () => {
    const first = asAlice({ durable: 'story' });
    await first.ready;
    const one = await leave();
    expect(await messagesOf(first, [one])).toEqual([one]);
    await first.return();
    const missed = [await leave(), await leave()];
    const second = asAlice({ durable: 'story' });
    expect(await messagesOf(second, missed)).toEqual(missed);
    await second.return();
  });

  it('reads history and goes over to the bus without loss or repeat while messages come', async () => {
    const before = [await leave(), await leave(), await leave()];
    const events = asAlice({ after: 'first' });
    const meanwhile: string[] = [];
    const leaving = (async () => {
      for (let n = 0; n < 10; n++) meanwhile.push(await leave());
    })();
    const received: ReceivedEvent[] = [];
    const isDone = () => {
      const ids = received.flatMap((event) => (event.type === 'message_created' ? [event.data.messageId] : []));
      return meanwhile.length === 10 && [...before, ...meanwhile].every((id) => ids.includes(id));
    };
    // The last event may be here before the answer to its deposit, and nothing comes behind it.
    const left = leaving.then(() => undefined);
    let next = events.next();
    while (!isDone()) {
      const result = await (meanwhile.length < 10 ? Promise.race([next, left]) : next);
      if (result === undefined) continue;
      if (result.value === undefined) throw new Error('the iteration has ended');
      received.push(result.value);
      await result.value.ack();
      next = events.next();
    }
    await events.return();
    const ids = received.map(({ event }) => `${event.source} ${event.id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(received.filter(({ gap }) => gap !== undefined)).toEqual([]);
    const sequences = received
      .filter(({ event }) => event.data.mailboxId === platform.demo.mailboxId)
      .flatMap(({ event }) => (event.sequence === undefined ? [] : [event.sequence]));
    expect(sequences).toEqual(Array.from(sequences, (_, n) => (sequences[0] ?? 0) + n));
  }, 60_000);

  it('sees only the types that it asked for', async () => {
    const events = asAlice({ types: ['message_deleted'] });
    await events.ready;
    const id = await leave();
    await platform.as('alice').send('DELETE', `/v1/messages/${id}`);
    const { value } = await events.next();
    expect(value).toMatchObject({ type: 'message_deleted', data: { messageId: id } });
    await value?.ack();
    await events.return();
  });

  it('goes on after gateway and services were killed', async () => {
    const events = asAlice({ durable: 'survivor' });
    await events.ready;
    const one = await leave();
    expect(await messagesOf(events, [one])).toEqual([one]);
    platform.signal(SERVICES, 'SIGKILL');
    await eventually(async () => expect(await platform.isReady()).toBe(true), { timeoutMs: 60_000, everyMs: 200 });
    // What is asked while connections come back may be answered with 503.
    const two = await eventually(leave, { timeoutMs: 30_000 });
    expect(await messagesOf(events, [two])).toEqual([two]);
    await events.return();
  }, 120_000);
});

describe('the examples', () => {
  it('follow the bus with a NATS client alone, and acknowledge', async () => {
    const example = runExample('nats-client', platform);
    try {
      await eventually(() => expect(example.output()).toContain('listening'));
      const id = await leave();
      await eventually(() => expect(example.output()).toContain(`messageId: '${id}'`));
    } finally {
      await example.stop();
    }
  });

  it('go on with a NATS client alone after the platform was killed and started again', async () => {
    const example = runExample('nats-client', platform);
    try {
      await eventually(() => expect(example.output()).toContain('listening'));
      await platform.down('SIGKILL');
      await platform.up();
      const id = await eventually(leave, { timeoutMs: 30_000 });
      await eventually(() => expect(example.output()).toContain(`messageId: '${id}'`), { timeoutMs: 30_000 });
      expect(example.ended()).toBe(false);
    } finally {
      await example.stop();
    }
  }, 240_000);

  it('replay everything and go on live', async () => {
    await leave();
    const example = runExample('replay', platform);
    try {
      await eventually(() => expect(example.output()).toMatch(/^history /m));
      await eventually(async () => {
        await leave();
        expect(example.output()).toMatch(/^live /m);
      });
    } finally {
      await example.stop();
    }
  });
});

it('reads about every event on a page that the API page leads to', async () => {
  const page = async (path: string) => {
    const response = await fetch(platform.url + path);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe-eval');
    return response.text();
  };
  expect(await page('/docs')).toContain('href="docs/events"');
  expect(await page('/docs/events')).toContain('<section id="message_created">');
  expect(JSON.parse(await page('/docs/asyncapi.json'))).toMatchObject({ asyncapi: '3.0.0' });
});

describe('the package', () => {
  const folder = temporaryFolder('aftertone-package-');
  afterAll(() => folder.remove());
  const root = fileURLToPath(new URL('..', import.meta.url));
  // A registry of one's own may have a certificate that only the system knows.
  const env = { ...process.env, NODE_OPTIONS: '--use-system-ca' };
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: 'pipe', timeout: 100_000 });
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);

  beforeAll(() => {
    // Of a copy: packing changes package.json for a moment, and other tests read it.
    const copy = join(folder.path, 'copy');
    const contracts = join(copy, 'libs/contracts');
    for (const path of ['libs/contracts', 'tsconfig.base.json'])
      cpSync(join(root, path), join(copy, path), {
        recursive: true,
        preserveTimestamps: true,
        filter: (from) => basename(from) !== 'node_modules',
      });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const before = readFileSync(join(contracts, 'package.json'), 'utf8');
    const packed = npm(contracts, 'pack', '--silent', '--pack-destination', folder.path).trim();
    expect(readFileSync(join(contracts, 'package.json'), 'utf8')).toBe(before);
    write('package.json', JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }));
    npm(folder.path, 'install', '--no-audit', '--no-fund', '--prefer-offline', `./${packed.split('\n').at(-1)}`);
  }, 120_000);

  it('brings zod and the NATS client, and nothing else', () => {
    const lock = JSON.parse(readFileSync(join(folder.path, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const names = Object.keys(lock.packages).filter((path) => path !== '');
    expect(
      names.map((path) => path.replace('node_modules/', '')).filter((name) => !name.startsWith('@nats-io/')),
    ).toEqual(['@aftertone/contracts', 'tweetnacl', 'zod'].filter((name) => names.includes(`node_modules/${name}`)));
  });

  it('exports only files that are in it', () => {
    const installed = join(folder.path, 'node_modules/@aftertone/contracts');
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    };
    const files = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => !existsSync(join(installed, file)))).toEqual([]);
  });

  it('is used from plain JavaScript', async () => {
    write(
      'consumer.js',
      `import { toBinary } from '@aftertone/contracts';
       import { subscribe } from '@aftertone/contracts/subscribe';
       const [gateway, token] = process.argv.slice(2);
       const events = subscribe({ gateway, token, types: ['message_created'] });
       await events.ready;
       console.log('ready');
       for await (const event of events) {
         await event.ack();
         console.log(event.data.messageId, toBinary(event.event).headers['ce-type']);
         break;
       }`,
    );
    const { url, adminToken } = platform.demo;
    const child = spawn(process.execPath, ['consumer.js', url, adminToken], { cwd: folder.path });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    await eventually(() => expect(output).toContain('ready'));
    const id = await leave();
    expect(await ended).toBe(0);
    expect(output).toContain(`${id} message_created`);
  });

  it('is used from TypeScript, with types that narrow', () => {
    write(
      'consumer.ts',
      `import { readEvent } from '@aftertone/contracts';
       import { subscribe } from '@aftertone/contracts/subscribe';
       for await (const event of subscribe({ gateway: 'https://voicemail.example.org', token: async () => 'secret' })) {
         if (event.type === 'message_created') {
           const name: string | null = event.data.message.callerName;
           // @ts-expect-error: a message has no such field
           console.log(name, event.data.message.nonsense);
         }
         const gap: number | undefined = event.gap?.expected;
         console.log(gap, readEvent(JSON.stringify(event.event)).type);
         await event.ack();
       }`,
    );
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
      ...{ target: 'es2023', module: 'nodenext', skipLibCheck: false, types: [], lib: ['es2023', 'dom'] },
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
    expect(execFileSync(process.execPath, [compiler, '-p', '.'], { cwd: folder.path, encoding: 'utf8' })).toBe('');
  }, 180_000);
});
