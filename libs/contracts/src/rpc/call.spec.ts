import { describe, expect, it } from 'vitest';
import { type CallContext, callHeaders, errorReply, readCallHeaders, writeCallHeaders } from './call.ts';

const context: CallContext = {
  tenantId: '0198c5a0-1111-7aaa-8000-000000000001',
  actor: { kind: 'user', id: '0198c5a0-2222-7bbb-8000-000000000002', admin: false },
  correlationId: 'req-1',
  deadline: 1_770_000_000_000,
};

const reading = (headers: Record<string, string>) => (name: string) => headers[name];

const sentAt = context.deadline - 5_000;

describe('call headers', () => {
  it('are read as they were written, with and without what may be absent', () => {
    const full: CallContext = {
      ...context,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      idempotency: { route: 'POST /v1/mailboxes/1/messages', key: 'k 1', bodyHash: 'abc' },
    };
    for (const one of [full, context]) {
      expect(readCallHeaders(reading(writeCallHeaders(one, sentAt)), sentAt)).toEqual(one);
    }
    expect(Object.keys(writeCallHeaders(context))).not.toContain(callHeaders.idempotency);
  });

  it('leave as much time as the caller waits, whatever its clock says', () => {
    const sent = reading(writeCallHeaders(context, sentAt));
    for (const off of [-300_000, 0, 300_000]) {
      expect(readCallHeaders(sent, sentAt + off).deadline).toBe(context.deadline + off);
    }
    expect(readCallHeaders(reading(writeCallHeaders(context, context.deadline + 1)), sentAt).deadline).toBe(sentAt);
  });

  it('of an older caller say nothing but the moment', () => {
    const { [callHeaders.timeout]: _left, ...older } = writeCallHeaders(context, sentAt);
    expect(readCallHeaders(reading(older), sentAt + 1_000)).toEqual(context);
  });

  it.each([
    ['no tenant', { [callHeaders.tenant]: '' }],
    ['another kind of actor', { [callHeaders.actor]: '{"kind":"root","id":"x","admin":true}' }],
    ['an actor that is no JSON', { [callHeaders.actor]: 'root' }],
    ['no deadline', { [callHeaders.deadline]: 'soon' }],
    ['a time that is not one', { [callHeaders.timeout]: '-1' }],
    ['a key of several lines', { [callHeaders.idempotency]: '{"route":"r","key":"a\\nb","bodyHash":"x"}' }],
  ])('with %s are refused', (_, wrong) => {
    expect(() => readCallHeaders(reading({ ...writeCallHeaders(context), ...wrong }))).toThrow();
  });
});

it('an error reply without details has none', () => {
  expect(errorReply.parse({ code: 'mailbox-full', kind: 'rejected', message: 'full' }).details).toEqual({});
});
