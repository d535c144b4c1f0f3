import { createHmac } from 'node:crypto';
import { newId } from '@aftertone/kernel';
import { exportSPKI, importJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newIssuerKey, OidcIssuer, signed, unknownDemand } from '../../test-support/oidc-issuer.ts';
import { type KeyTimes, keyTimes } from './issuer-keys.ts';
import { type IssuerSettings, issuerSettings } from './issuer-settings.ts';
import { Issuers } from './issuers.ts';

let issuer: OidcIssuer;

beforeEach(async () => {
  issuer = await OidcIssuer.start();
});
afterEach(() => issuer.close());

const settings = (change: Partial<IssuerSettings> = {}): IssuerSettings =>
  issuerSettings.parse({ issuer: issuer.url, audience: issuer.audience, tenant: 'acme', ...change });

const trusting = (change: Partial<IssuerSettings> = {}, times: Partial<KeyTimes> = {}): Issuers =>
  new Issuers([settings(change)], { ...keyTimes, ...times });

const alice = { preferred_username: 'alice' };
const unavailable = {
  code: 'issuer-unavailable',
  kind: 'unavailable',
  details: { retryAfterSeconds: expect.any(Number) },
};
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1_000);

describe('a token of the issuer', () => {
  it('says who it is for and until when', async () => {
    const token = await issuer.token('alice');
    const claims = await trusting().claims(token);
    expect(claims).toMatchObject({ tenant: 'acme', username: 'alice' });
    expect(claims?.expiresAt).toBeGreaterThan(Date.now());
    expect(await trusting({ jwksUrl: issuer.jwksUrl }).claims(token)).toEqual(claims);
  });

  it('may be signed by another kind of key', async () => {
    await issuer.rotate('curve', 'ES256');
    expect(await trusting().claims(await issuer.token('alice'))).toMatchObject({ username: 'alice' });
    expect(await trusting({ algorithms: ['RS256'] }).claims(await issuer.token('alice'))).toBeNull();
  });

  it('names its tenant only where a claim is asked', async () => {
    const token = await issuer.sign({ ...alice, tenant: 'other' });
    expect(await trusting().claims(token)).toMatchObject({ tenant: 'acme' });
    expect(await trusting({ tenant: undefined, tenantClaim: 'tenant' }).claims(token)).toMatchObject({
      tenant: 'other',
    });
    expect(await trusting({ tenant: undefined, tenantClaim: 'org' }).claims(token)).toBeNull();
  });

  it('ends with its own end or its greatest age, whichever is first', async () => {
    const token = await issuer.sign({ ...alice, exp: now() + 3_600 });
    const [claims, short] = [await trusting().claims(token), await trusting({ maxAgeSeconds: 60 }).claims(token)];
    expect(claims?.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
    expect(short?.expiresAt).toBeLessThan(Date.now() + 90_000);
  });

  it('finds the tenant of its audience where one issuer serves several', async () => {
    const issuers = new Issuers([settings({ audience: 'elsewhere', tenant: 'other' }), settings()]);
    expect(await issuers.claims(await issuer.token('alice'))).toMatchObject({ tenant: 'acme' });
    expect(await issuers.claims(await issuer.sign({ ...alice, aud: 'elsewhere' }))).toMatchObject({ tenant: 'other' });
  });
});

describe('is refused', () => {
  const hostile: [string, () => Promise<string>][] = [
    ['without a signature', async () => `${base64({ alg: 'none' })}.${base64({ iss: issuer.url, ...alice })}.`],
    [
      'with a made-up signature and no algorithm',
      async () => `${base64({ alg: 'none', kid: 'first' })}.${base64({ iss: issuer.url, ...alice })}.AAAA`,
    ],
    [
      'signed by the public key as if it were a secret',
      async () => {
        const key = await importJWK(issuer.key.public, 'RS256', { extractable: true });
        if (key instanceof Uint8Array) throw new Error('the key is no public key');
        const head = { alg: 'HS256', kid: issuer.key.kid };
        const text = `${base64(head)}.${base64({ iss: issuer.url, aud: issuer.audience, iat: now(), exp: now() + 60, ...alice })}`;
        return `${text}.${createHmac('sha256', await exportSPKI(key))
          .update(text)
          .digest('base64url')}`;
      },
    ],
    [
      'changed after it was signed',
      async () => {
        const [head, , signature] = (await issuer.sign(alice)).split('.');
        return `${head}.${base64({ iss: issuer.url, aud: issuer.audience, iat: now(), exp: now() + 60, preferred_username: 'admin' })}.${signature}`;
      },
    ],
    [
      'by another key of the same name',
      async () => signed(await newIssuerKey('first'), { iss: issuer.url, aud: issuer.audience, ...alice }),
    ],
    [
      'that brings its own key',
      async () => {
        const key = await newIssuerKey('mine');
        return signed(
          key,
          { iss: issuer.url, aud: issuer.audience, ...alice },
          { jwk: key.public, jku: 'http://127.0.0.1:9/jwks' },
        );
      },
    ],
    ['whose key is a path', () => issuer.sign(alice, { kid: '../../../../dev/null' })],
    ['whose key is a query', () => issuer.sign(alice, { kid: "' OR 1=1 --" })],
    ['with demands that we do not know', () => issuer.sign(alice, { crit: [unknownDemand], [unknownDemand]: true })],
    ['made for something else', () => issuer.sign(alice, { typ: 'logout+jwt' })],
    ['of another issuer', () => issuer.sign({ ...alice, iss: 'https://login.example.org' })],
    ['of almost this issuer', () => issuer.sign({ ...alice, iss: `${issuer.url}/` })],
    ['of no issuer', () => issuer.sign({ ...alice, iss: undefined })],
    ['for somebody else', () => issuer.sign({ ...alice, aud: 'https://voicemail.example.org.evil.example' })],
    ['for nobody', () => issuer.sign({ ...alice, aud: undefined })],
    ['for a number', () => issuer.sign({ ...alice, aud: 7 })],
    ['that has ended', () => issuer.sign({ ...alice, iat: now() - 120, exp: now() - 60 })],
    ['without an end', () => issuer.sign({ ...alice, exp: undefined })],
    ['whose end is a text', () => issuer.sign({ ...alice, exp: '9999999999' })],
    ['that begins later', () => issuer.sign({ ...alice, nbf: now() + 120 })],
    ['made in the future', () => issuer.sign({ ...alice, iat: now() + 120 })],
    ['made too long ago', () => issuer.sign({ ...alice, iat: now() - 100_000 })],
    ['without the time it was made', () => issuer.sign({ ...alice, iat: undefined })],
    ['without a user', () => issuer.sign({})],
    ['whose user is a list', () => issuer.sign({ preferred_username: ['alice'] })],
    ['whose user is an object', () => issuer.sign({ preferred_username: { toString: 'alice' } })],
    ['whose user is no name', () => issuer.sign({ preferred_username: "alice' --" })],
    ['that is huge', () => issuer.sign({ ...alice, more: 'x'.repeat(20_000) })],
  ];

  it.each(hostile)('one %s', async (_name, token) => {
    expect(await trusting().claims(await token())).toBeNull();
  });

  it.each(['', 'a.b.c', `at_${'A'.repeat(43)}`, `${base64({ alg: 'RS256' })}.!.x`, 'x'.repeat(10_000_000)])(
    'what is no token at all: %#',
    async (text) => expect(await trusting().claims(text)).toBeNull(),
  );

  it('one whose claim is of the prototype, and an address that the issuer does not vouch for', async () => {
    expect(await trusting({ usernameClaim: 'constructor' }).claims(await issuer.sign(alice))).toBeNull();
    const email = { email: 'alice@example.org' };
    const byEmail = trusting({ usernameClaim: 'email' });
    expect(await byEmail.claims(await issuer.sign({ ...email, email_verified: false }))).toBeNull();
    expect(await byEmail.claims(await issuer.sign({ ...email, email_verified: true }))).toMatchObject({
      username: 'alice@example.org',
    });
  });

  it('one of a tenant that is no name', async () => {
    const issuers = trusting({ tenant: undefined, tenantClaim: 'tenant' });
    for (const tenant of [undefined, 7, '', '../root', ['acme'], { id: newId() }]) {
      expect(await issuers.claims(await issuer.sign({ ...alice, tenant }))).toBeNull();
    }
  });

  it('all of them without asking the issuer, when they are not of it', async () => {
    const issuers = trusting();
    await issuers.claims(await issuer.sign({ ...alice, iss: 'https://login.example.org' }));
    expect(issuer.asked).toEqual([]);
  });
});

describe('keys', () => {
  const keyReads = (): number => issuer.asked.filter((path) => path === '/jwks').length;

  it('are read once for many tokens', async () => {
    const issuers = trusting();
    const token = await issuer.token('alice');
    const before = keyReads();
    await Promise.all(Array.from({ length: 20 }, () => issuers.claims(token)));
    expect(keyReads() - before).toBe(1);
  });

  it('are read again for one that is not known, and not for every such token', async () => {
    const issuers = trusting({}, { cooldownMs: 0 });
    expect(await issuers.claims(await issuer.token('alice'))).not.toBeNull();
    await issuer.rotate('second');
    expect(await issuers.claims(await issuer.token('alice'))).toMatchObject({ username: 'alice' });

    const patient = trusting({}, { cooldownMs: 60_000 });
    await patient.claims(await issuer.token('alice'));
    const before = keyReads();
    for (const kid of ['a', 'b', 'c']) expect(await patient.claims(await issuer.sign(alice, { kid }))).toBeNull();
    expect(keyReads()).toBe(before);
  });

  it('of before are not taken any more once they were read again', async () => {
    const issuers = trusting({}, { freshMs: 0 });
    const old = await issuer.token('alice');
    expect(await issuers.claims(old)).not.toBeNull();
    await issuer.rotate('second');
    expect(await issuers.claims(old)).toBeNull();
  });

  it('still serve while the issuer is away, until they are too old', async () => {
    const [token, patient] = [await issuer.token('alice'), trusting({}, { freshMs: 0 })];
    const strict = trusting({}, { freshMs: 0, staleMs: 0 });
    expect(await patient.claims(token)).not.toBeNull();
    expect(await strict.claims(token)).not.toBeNull();
    await issuer.close();
    expect(await patient.claims(token)).toMatchObject({ username: 'alice' });
    await expect(strict.claims(token)).rejects.toMatchObject(unavailable);
  });

  it('that nobody has seen yet make a token neither right nor wrong, until the issuer is back', async () => {
    const token = await issuer.token('alice');
    const issuers = trusting({}, { retryMs: 1 });
    await issuer.close();
    await expect(issuers.claims(token)).rejects.toMatchObject(unavailable);
    await issuer.listen();
    await expect.poll(() => issuers.claims(token).catch(() => null)).toMatchObject({ username: 'alice' });
  });

  it('are not asked for again at once where nobody answered', async () => {
    issuer.instead = (_request, response) => response.writeHead(500).end();
    const issuers = trusting({ jwksUrl: issuer.jwksUrl });
    const token = await issuer.sign(alice);
    for (let n = 0; n < 5; n += 1) await expect(issuers.claims(token)).rejects.toMatchObject(unavailable);
    expect(keyReads()).toBe(1);
  });
});

describe('an issuer is as good as unavailable', () => {
  const answers: [string, NonNullable<OidcIssuer['instead']>][] = [
    [
      'that sends us elsewhere',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/jwks' }).end(),
    ],
    ['that gives no JSON', (_request, response) => response.end('<html>')],
    ['that gives no keys', (_request, response) => response.end('{"keys": "none"}')],
    [
      'that gives too much',
      (_request, response) => response.end(JSON.stringify({ keys: [], more: 'x'.repeat(300_000) })),
    ],
    ['that never ends', (_request, response) => void response.write('{"keys": [')],
    ['that says nothing', () => undefined],
  ];

  it.each(answers)('%s', async (_name, answer) => {
    issuer.instead = answer;
    const issuers = trusting({ jwksUrl: issuer.jwksUrl }, { timeoutMs: 300 });
    await expect(issuers.claims(await issuer.sign(alice))).rejects.toMatchObject(unavailable);
  });

  it.each([
    ['another issuer', { issuer: 'https://login.example.org' }],
    ['keys over an open line', { jwks_uri: 'http://keys.example.org/jwks' }],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['no keys', { jwks_uri: undefined }],
  ])('that describes %s', async (_name, change) => {
    const told = { issuer: issuer.url, jwks_uri: issuer.jwksUrl, ...change };
    issuer.instead = (_request, response) => response.end(JSON.stringify(told));
    await expect(trusting().claims(await issuer.sign(alice))).rejects.toMatchObject(unavailable);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration']);
  });
});
