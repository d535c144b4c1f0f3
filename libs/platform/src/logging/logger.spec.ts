import { DomainError, rejected } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { metrics } from '../metrics.ts';
import { correlate } from './correlation.ts';
import { createLogger } from './logger.ts';
import { NestLogger } from './nest-logger.ts';
import { observeCalls } from './observe-calls.ts';

const open = (level: 'trace' | 'info' = 'trace') => {
  const lines: Array<Record<string, unknown>> = [];
  const logger = createLogger({
    service: 'test-svc',
    level,
    destination: { write: (text) => lines.push(JSON.parse(text)) },
  });
  return { logger, lines };
};

describe('the log', () => {
  it('hides secrets and caller data at any depth, in errors too', () => {
    const { logger, lines } = open();
    const secrets = {
      Authorization: 'Bearer s3cret',
      'x-auth-token': 's3cret',
      password: 's3cret',
      adminToken: 's3cret',
    };
    const caller = { callerNumber: '+49151', callerName: 'Ada', callId: 'abc', metadata: [{ calledNumber: '+49151' }] };
    const cause = new Error('deeper');
    logger.warn(
      {
        secrets,
        caller,
        pin: '1234',
        err: rejected('refused', 'No', { pin: '1234', caller: '+49151', limit: 5 }, cause),
      },
      'refused',
    );
    const text = JSON.stringify(lines);
    for (const hidden of ['s3cret', '+49151', 'Ada', 'abc', '1234']) expect(text).not.toContain(hidden);
    expect(lines[0]).toMatchObject({
      level: 'warn',
      service: 'test-svc',
      msg: 'refused',
      err: { code: 'refused', kind: 'rejected', details: { limit: 5 }, cause: { message: 'deeper' } },
    });
  });

  it('carries the correlation of what is being worked on, also later', async () => {
    const { logger, lines } = open();
    await correlate({ correlationId: 'c-1', tenantId: 't-1' }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      logger.info('inside');
    });
    logger.info('outside');
    expect(lines[0]).toMatchObject({ msg: 'inside', correlationId: 'c-1', tenantId: 't-1' });
    expect(lines[1]).not.toHaveProperty('correlationId');
  });

  it('takes what Nest says', () => {
    const { logger, lines } = open();
    const nest = new NestLogger(logger);
    nest.log('Starting', 'NestFactory');
    nest.error(new TypeError('broken'), 'Router');
    nest.error('failed', 'a stack', 'Injector');
    expect(lines).toMatchObject([
      { level: 'debug', msg: 'Starting', part: 'NestFactory' },
      { level: 'error', msg: 'broken', part: 'Router', err: { type: 'TypeError' } },
      { level: 'error', msg: 'failed', part: 'Injector', more: ['a stack'] },
    ]);
  });
});

describe('a handled call', () => {
  const call = { name: 'mailbox.greet', correlationId: 'c-2', tenantId: 't-2' };

  it('is one line with outcome and duration, and a measurement', async () => {
    const { logger, lines } = open('info');
    const around = observeCalls(logger);
    expect(await around(call, async () => 'done')).toBe('done');
    await expect(around(call, () => Promise.reject(rejected('mailbox-full', 'Full')))).rejects.toBeInstanceOf(
      DomainError,
    );
    expect(lines).toMatchObject([
      { call: 'mailbox.greet', outcome: 'ok', correlationId: 'c-2', tenantId: 't-2', durationMs: expect.any(Number) },
      { call: 'mailbox.greet', outcome: 'mailbox-full', level: 'info' },
    ]);
    expect(await metrics.metrics()).toContain(
      'aftertone_call_duration_seconds_count{name="mailbox.greet",outcome="mailbox-full"} 1',
    );
  });

  it('is an error with its cause when it was a bug', async () => {
    const { logger, lines } = open('info');
    await expect(observeCalls(logger)(call, () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    expect(lines).toMatchObject([
      { level: 'error', outcome: 'internal-error', err: { type: 'TypeError', message: 'bug' } },
    ]);
  });
});
