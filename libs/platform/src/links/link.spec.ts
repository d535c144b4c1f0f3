import { createHmac } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { type Link, linkUrl, readLink, readTicket, signLink, signTicket } from './link.ts';
import type { LinkSecrets } from './signed.ts';

const secrets: LinkSecrets = ['a secret of the installation'];
const forUser = (): Link => ({ tenantId: newId(), messageId: newId(), recipient: { userId: newId() } });
const forAddress = (email = 'ana@example.org'): Link => ({ ...forUser(), recipient: { email } });
const longest = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(59)}.example`;

describe('a link', () => {
  it.each([forUser(), forAddress(), forAddress(longest)])('tells the message and the recipient: %j', (link) => {
    const token = signLink(secrets, link);
    expect(token).toMatch(/^[\w-]{1,426}$/);
    expect(readLink(secrets, token)).toEqual(link);
  });

  it('is short, so that mail programs leave it in one line', () => {
    expect(signLink(secrets, forUser())).toHaveLength(108);
  });

  it('is none when a single bit of it is another one', () => {
    const bytes = Buffer.from(signLink(secrets, forUser()), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readLink(secrets, changed.toString('base64url'))).toBeUndefined();
    }
  });

  it('is none with anything more or less', () => {
    const token = signLink(secrets, forAddress());
    const wrong = ['', 'x', token.slice(1), token.slice(0, -1), `${token}A`, `${token}=`, `${token}.`, ` ${token}`];
    for (const text of wrong) expect(readLink(secrets, text)).toBeUndefined();
  });

  it('is none when somebody else signed it, or what they signed makes no sense', () => {
    expect(readLink(secrets, signLink(['a guess'], forUser()))).toBeUndefined();
    const content = Buffer.from([1, 2, 3]);
    const mac = createHmac('sha256', secrets[0]).update('link\n').update(content).digest();
    expect(readLink(secrets, Buffer.concat([content, mac]).toString('base64url'))).toBeUndefined();
  });

  it('holds while its secret is one of the earlier ones', () => {
    const link = forUser();
    const [old, fresh] = ['the old secret', 'the new secret'];
    const token = signLink([old], link);
    expect(readLink([fresh, 'another', old], token)).toEqual(link);
    expect(readLink([fresh], token)).toBeUndefined();
    expect(signLink([fresh, old], link)).toBe(signLink([fresh], link));
  });

  it('is not made of what is no id or address', () => {
    expect(() => signLink(secrets, { ...forUser(), tenantId: 'x' })).toThrow();
    expect(() => signLink(secrets, forAddress('nobody'))).toThrow();
  });

  it('has an address below that of the gateway', () => {
    expect(linkUrl('https://voice.example.org', 'abc')).toBe('https://voice.example.org/v1/links/abc');
    expect(linkUrl('https://example.org/voice/', 'abc')).toBe('https://example.org/voice/v1/links/abc');
    expect(linkUrl('https://example.org/voice', 'abc')).toBe('https://example.org/voice/v1/links/abc');
  });
});

describe('a ticket', () => {
  it('tells the same as its link, and its end', () => {
    const link = forAddress(longest);
    const until = Date.parse('2026-03-01T09:40:00Z');
    const ticket = signTicket(secrets, link, until);
    expect(ticket).toMatch(/^[\w-]{1,512}$/);
    expect(readTicket(secrets, ticket)).toEqual({ link, until });
  });

  it('is no link, and a link is no ticket', () => {
    const link = forUser();
    expect(readLink(secrets, signTicket(secrets, link, 1))).toBeUndefined();
    expect(readTicket(secrets, signLink(secrets, link))).toBeUndefined();
  });
});
