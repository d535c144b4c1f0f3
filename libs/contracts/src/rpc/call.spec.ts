import { describe, expect, it } from 'vitest';
import { type CallContext, callHeaders, errorReply, readCallHeaders, writeCallHeaders } from './call.ts';

const context: CallContext = {
  tenantId: '0198c5a0-1111-7aaa-8000-000000000001',
  actor: { kind: 'user', id: '0198c5a0-2222-7bbb-8000-000000000002', admin: false },
  correlationId: 'req-1',
  deadline: 1_770_000_000_000,
};

const reading = (headers: Record<string, string>) => (name: string) => headers[name];

describe('call headers', () => {
  it('are read as they were written, with and without what may be absent', () => {
    const full: CallContext = {
      ...context,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      idempotency: { route: 'POST /v1/mailboxes/1/messages', key: 'k 1', bodyHash: 'abc' },
    };
    expect(readCallHeaders(reading(writeCallHeaders(full)))).toEqual(full);
    expect(readCallHeaders(reading(writeCallHeaders(context)))).toEqual(context);
    expect(Object.keys(writeCallHeaders(context))).not.toContain(callHeaders.idempotency);
  });

  it.each([
    ['no tenant', { [callHeaders.tenant]: '' }],
    ['another kind of actor', { [callHeaders.actor]: '{"kind":"root","id":"x","admin":true}' }],
    ['an actor that is no JSON', { [callHeaders.actor]: 'root' }],
    ['no deadline', { [callHeaders.deadline]: 'soon' }],
    ['a key of several lines', { [callHeaders.idempotency]: '{"route":"r","key":"a\\nb","bodyHash":"x"}' }],
  ])('with %s are refused', (_, wrong) => {
    expect(() => readCallHeaders(reading({ ...writeCallHeaders(context), ...wrong }))).toThrow();
  });
});

it('an error reply without details has none', () => {
  expect(errorReply.parse({ code: 'mailbox-full', kind: 'rejected', message: 'full' }).details).toEqual({});
});
