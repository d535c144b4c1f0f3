import { describe, expect, it } from 'vitest';
import { issuerList } from './issuer-settings.ts';

const issuer = { issuer: 'https://login.example.org/realms/one', audience: 'voicemail', tenant: 'acme' };
const parse = (...issuers: object[]) => issuerList.safeParse(JSON.stringify(issuers));

describe('OIDC_ISSUERS', () => {
  it('names nobody when it is absent, and takes little to name one', () => {
    expect(issuerList.parse(undefined)).toEqual([]);
    expect(parse(issuer).data).toMatchObject([
      { ...issuer, usernameClaim: 'preferred_username', maxAgeSeconds: 86_400 },
    ]);
    expect(parse({ ...issuer, tenant: undefined, tenantClaim: 'tenant' })).toMatchObject({ success: true });
  });

  it.each([
    ['an issuer over an open line', { issuer: 'http://login.example.org' }],
    ['an address that only looks like this machine', { issuer: 'http://127.0.0.1.example.org' }],
    ['keys over an open line', { jwksUrl: 'http://10.0.0.1/jwks' }],
    ['keys in a file', { jwksUrl: 'file:///etc/keys.json' }],
    ['a password in an address', { jwksUrl: 'https://user:secret@login.example.org/jwks' }],
    ['no signature', { algorithms: ['none'] }],
    ['a shared secret', { algorithms: ['RS256', 'HS256'] }],
    ['no algorithm', { algorithms: [] }],
    ['no audience', { audience: '' }],
    ['two tenants', { tenantClaim: 'tenant' }],
    ['no tenant', { tenant: undefined }],
    ['a setting that there is not', { audiences: ['a'] }],
  ])('refuses %s', (_name, change) => {
    expect(parse({ ...issuer, ...change })).toMatchObject({ success: false });
  });

  it.each(['', '{}', '[', 'https://login.example.org'])('refuses %j', (text) => {
    expect(issuerList.safeParse(text)).toMatchObject({ success: false });
  });

  it('takes a plain address on the same machine', () => {
    for (const url of ['http://localhost:8080', 'http://127.0.0.1:9000/x', 'http://[::1]:8080']) {
      expect(parse({ ...issuer, issuer: url, jwksUrl: `${url}/jwks` })).toMatchObject({ success: true });
    }
  });
});
