import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { isSigningSecret, newSigningSecret, signatureHeaders } from './signature.ts';

const secret = newSigningSecret();
const content = { id: 'msg_1', at: new Date(), body: '{"type":"message_created","name":"Zoë 📞"}' };
const verify = (key: string, headers: Record<string, string>, body = content.body) =>
  new Webhook(key).verify(body, headers);

describe('the signature', () => {
  it("is verified by the standard's own library", () => {
    expect(verify(secret, signatureHeaders(content, [secret]))).toEqual({ type: 'message_created', name: 'Zoë 📞' });
  });

  it('is as the specification has it', () => {
    const known = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const at = new Date(1_614_265_330_000);
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    expect(signatureHeaders({ id, at, body: '{"test": 2432232314}' }, [known])).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is verified with the old secret and with the new one while they change', () => {
    const next = newSigningSecret();
    const headers = signatureHeaders(content, [next, secret]);
    expect(() => verify(secret, headers)).not.toThrow();
    expect(() => verify(next, headers)).not.toThrow();
    expect(() => verify(newSigningSecret(), headers)).toThrow('No matching signature');
  });

  it.each([
    ['another body', { body: '{}' }],
    ['another id', { 'webhook-id': 'msg_2' }],
    ['another time', { 'webhook-timestamp': String(Math.floor(content.at.getTime() / 1000) - 1) }],
  ])('does not fit %s', (_what, { body = content.body, ...changed }: Record<string, string>) => {
    expect(() => verify(secret, { ...signatureHeaders(content, [secret]), ...changed }, body)).toThrow('No matching');
  });
});

describe('a secret', () => {
  it('is 32 random bytes when it is new', () => {
    expect(isSigningSecret(secret)).toBe(true);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(newSigningSecret()).not.toBe(secret);
  });

  it.each([
    [23, false],
    [24, true],
    [64, true],
    [65, false],
  ])('of %i bytes is one: %s', (bytes, is) => {
    expect(isSigningSecret(`whsec_${Buffer.alloc(bytes, 7).toString('base64')}`)).toBe(is);
  });

  it.each(['', 'secret', 'whsec_', `${secret.slice(6)}`, `${secret}!`, `whsec_${'*'.repeat(44)}`])(
    'is not %s',
    (text) => expect(isSigningSecret(text)).toBe(false),
  );
});
