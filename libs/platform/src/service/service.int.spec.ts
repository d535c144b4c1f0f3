import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rejected } from '@aftertone/kernel';
import { eventually, freePort } from '@aftertone/testing';
import { Controller, Get, Injectable, type OnApplicationShutdown, type OnModuleDestroy, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { startService } from './start-service.ts';

const endings: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const hooks: string[] = [];

@Injectable()
class Parts implements OnModuleDestroy, OnApplicationShutdown {
  onModuleDestroy(): void {
    hooks.push('stop taking work');
  }

  onApplicationShutdown(): void {
    hooks.push('close resources');
  }
}

@Controller()
class Sample {
  @Get('mailboxes/:id')
  read() {
    throw rejected('unauthenticated', 'Who are you?');
  }

  @Get('bug')
  bug() {
    throw new TypeError('secret text');
  }

  @Post('echo')
  echo() {
    return { ok: true };
  }
}

const start = async (ready: () => Promise<Record<string, boolean>> = async () => ({ database: true }), drainMs = 0) => {
  const lines: Array<Record<string, unknown>> = [];
  const logger = createLogger({
    service: 'sample',
    level: 'info',
    destination: { write: (text) => lines.push(JSON.parse(text)) },
  });
  class AppModule {}
  const service = await startService(
    {
      name: 'sample',
      config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'info', SHUTDOWN_DRAIN_MS: drainMs, SHUTDOWN_GRACE_MS: 2_000 },
      module: { module: AppModule, controllers: [Sample], providers: [Parts] },
      ready,
      statuses: { unauthenticated: 401 },
    },
    logger,
  );
  endings.push(() => service.close());
  return { ...service, lines };
};

/** Everything that the server says to `request` until a whole document has arrived. */
const rawAnswer = async (url: string, request: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  endings.push(() => socket.destroy());
  let answer = '';
  socket.on('data', (text) => {
    answer += text;
  });
  socket.on('error', () => {});
  socket.write(request);
  await eventually(() => expect(answer).toContain('}'));
  return answer;
};

describe('a service', () => {
  it('answers errors as problem documents with the correlation id of the caller', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/mailboxes/7?caller=%2B49151`, { headers: { 'x-correlation-id': 'my-id.1' } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-correlation-id')).toBe('my-id.1');
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated', correlationId: 'my-id.1' });

    const unusable = await fetch(`${url}/nowhere`, { headers: { 'x-correlation-id': 'a b"c' } });
    expect(unusable.status).toBe(404);
    const { correlationId } = (await unusable.json()) as { correlationId: string };
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(unusable.headers.get('x-correlation-id')).toBe(correlationId);

    const noJson = await fetch(`${url}/echo`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect([noJson.status, (await noJson.json()) as unknown]).toMatchObject([400, { code: 'invalid-request' }]);
  });

  it('answers what never becomes a request as problem documents too', async () => {
    const { url } = await start();
    const cases: Array<[string, number, string]> = [
      ['GET /mailboxes/%zz HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'invalid-request'],
      ['no http at all\r\n\r\n', 400, 'invalid-request'],
      [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ];
    for (const [request, status, code] of cases) {
      const answer = await rawAnswer(url, request);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toMatch(/^content-type: application\/problem\+json/im);
      const problem = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
      expect(problem).toMatchObject({ status, code });
      expect(answer).toMatch(new RegExp(`^x-correlation-id: ${problem.correlationId}`, 'im'));
    }
  });

  it('writes one line per request, with the route and not with what was in it', async () => {
    const { url, lines } = await start();
    await fetch(`${url}/mailboxes/4915112345?caller=4915112345`, { headers: { 'x-correlation-id': 'c-7' } });
    await eventually(() => expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(1));
    expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({
      correlationId: 'c-7',
      method: 'GET',
      route: '/mailboxes/:id',
      status: 401,
      outcome: 'refused',
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toContain('4915112345');
  });

  it('logs a bug with its cause and tells nothing about it', async () => {
    const { url, lines } = await start();
    const answer = await fetch(`${url}/bug`, { headers: { 'x-correlation-id': 'c-8' } });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(lines.find(({ msg }) => msg === 'request failed')).toMatchObject({
      level: 'error',
      correlationId: 'c-8',
      err: { type: 'TypeError', message: 'secret text' },
    });
  });

  it('tells its health: it lives whatever happens, and is ready when every part answers', async () => {
    const parts = { database: true, bus: false };
    let hang = false;
    const { url } = await start(async () => {
      if (hang) await new Promise(() => {});
      return parts;
    });
    const read = async (path: string) => {
      const answer = await fetch(url + path);
      return [answer.status, await answer.json()];
    };
    expect(await read('/readyz')).toEqual([503, { status: 'not-ready', checks: { database: true, bus: false } }]);
    parts.bus = true;
    expect(await read('/readyz')).toEqual([200, { status: 'ready', checks: { database: true, bus: true } }]);
    hang = true;
    expect((await read('/readyz'))[0]).toBe(503);
    expect(await read('/healthz')).toEqual([200, { status: 'ok' }]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('aftertone_http_request_duration_seconds_bucket');
    expect(metrics).toContain('process_cpu_seconds_total');
  });

  it('closes its parts in order', async () => {
    hooks.length = 0;
    const { close } = await start();
    expect(await close()).toBe(true);
    expect(hooks).toEqual(['stop taking work', 'close resources']);
  });

  it('serves on while it drains, says that it ends, and keeps no connection', async () => {
    hooks.length = 0;
    const { url, close } = await start(undefined, 1_000);
    const ask = (path: string) => rawAnswer(url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await ask('/healthz')).toMatch(/^connection: keep-alive/im);
    const closed = close();
    const answers = await Promise.all([ask('/readyz'), ask('/healthz'), ask('/mailboxes/7')]);
    expect(answers.map((answer) => Number(answer.slice(9, 12)))).toEqual([503, 200, 401]);
    expect(answers[0]).toContain('"ending"');
    for (const answer of answers) expect(answer).toMatch(/^connection: close/im);
    expect(hooks).toEqual([]);
    expect(await closed).toBe(true);
    expect(hooks).toEqual(['stop taking work', 'close resources']);
  });
});

describe('a service process', () => {
  const run = async (environment: Record<string, string>) => {
    const port = await freePort();
    const child = fork(fileURLToPath(new URL('./sample-service.harness.ts', import.meta.url)), {
      execArgv: ['--conditions=source'],
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL_SAMPLE: 'x',
        SHUTDOWN_GRACE_MS: '1500',
        ...environment,
      },
      silent: true,
    });
    const output: string[] = [];
    child.stdout?.on('data', (text) => output.push(String(text)));
    child.stderr?.on('data', (text) => output.push(String(text)));
    endings.push(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code]) => Number(code));
    return { child, ended, url: `http://127.0.0.1:${port}`, text: () => output.join('') };
  };
  const untilReady = (url: string) => eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));

  it('ends at once with every fault of its configuration', async () => {
    const { ended, text } = await run({ PORT: 'x', DATABASE_URL_SAMPLE: '' });
    expect(await ended).toBe(1);
    expect(text()).toContain('PORT: must be a whole number from 0 to 65535');
    expect(text()).toContain('DATABASE_URL_SAMPLE: is missing');
  });

  it('ends with a clear line when its port is taken', async () => {
    const first = await run({});
    await untilReady(first.url);
    const second = await run({ PORT: new URL(first.url).port });
    expect(await second.ended).toBe(1);
    expect(second.text()).toContain('EADDRINUSE');
  });

  it('answers what is under way and then ends with code 0', async () => {
    const { child, ended, url } = await run({ SHUTDOWN_GRACE_MS: '20000' });
    await untilReady(url);
    const slow = fetch(`${url}/slow`);
    await once(child, 'message');
    child.kill('SIGTERM');
    await refusesNew(url);
    child.send('go on');
    expect(await (await slow).json()).toEqual({ done: true });
    expect(await ended).toBe(0);
  });

  it('ends within its grace time even with a stream that nobody ends', async () => {
    const { child, ended, url, text } = await run({});
    await untilReady(url);
    const stream = await fetch(`${url}/stream`);
    expect(stream.status).toBe(200);
    const begin = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(performance.now() - begin).toBeLessThan(1_500);
    expect(text()).toContain('they are cut now');
    await expect(stream.text()).rejects.toThrow();
  });

  it('ends with code 1 and the cause in its log because of a bug that nobody caught', async () => {
    const { ended, url, text } = await run({});
    await untilReady(url);
    await fetch(`${url}/bug`).catch(() => {});
    expect(await ended).toBe(1);
    expect(text()).toContain('a bug that nobody caught');
  });

  const refusesNew = (url: string) =>
    eventually(async () => {
      const status = await fetch(`${url}/healthz`).then(
        (answer) => answer.status,
        () => 'refused',
      );
      expect(status).not.toBe(200);
    });
});
