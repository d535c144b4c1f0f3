import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from '@aftertone/testing';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider, { type ClientMetadata } from 'oidc-provider';

/** A key with which an issuer signs. */
export interface IssuerKey {
  kid: string;
  private: JWK;
  public: JWK;
}

export const newIssuerKey = async (kid: string, alg: 'RS256' | 'ES256' = 'RS256'): Promise<IssuerKey> => {
  const pair = await generateKeyPair(alg, { extractable: true });
  const facts = { kid, alg, use: 'sig' };
  return {
    kid,
    private: { ...(await exportJWK(pair.privateKey)), ...facts },
    public: { ...(await exportJWK(pair.publicKey)), ...facts },
  };
};

const signatureOf = ({ private: { alg } }: IssuerKey): 'ES256' | 'RS256' => (alg === 'ES256' ? 'ES256' : 'RS256');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A critical header that only the signer knows. */
export const unknownDemand = 'urn:example:demand';

const secondsNow = (): number => Math.floor(Date.now() / 1_000);

/** A token as the issuer would make it, but with whatever claims and headers; undefined leaves one out. */
export const signed = async (
  key: IssuerKey,
  claims: Record<string, unknown>,
  headers: Record<string, unknown> = {},
): Promise<string> => {
  const payload: JWTPayload = JSON.parse(
    JSON.stringify({ iat: secondsNow(), exp: secondsNow() + 300, sub: 'somebody', ...claims }),
  );
  const { alg = 'RS256' } = key.private;
  const crit = { [unknownDemand]: true };
  return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, ...headers }).sign(key.private, { crit });
};

/** A real OpenID Connect provider on a port of its own; it signs with one key at a time. */
export class OidcIssuer {
  readonly port: number;
  readonly audience: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Answers in the provider's place. */
  instead: Answer | undefined;
  key: IssuerKey;
  private provider: Answer | undefined;
  private server: Server | undefined;

  private constructor(port: number, audience: string, key: IssuerKey) {
    this.port = port;
    this.audience = audience;
    this.key = key;
  }

  static async start(audience = 'https://voicemail.example.org'): Promise<OidcIssuer> {
    const issuer = new OidcIssuer(await freePort(), audience, await newIssuerKey('first'));
    await issuer.listen();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get jwksUrl(): string {
    return `${this.url}/jwks`;
  }

  /** An access token that the provider itself gives; `preferred_username` is the client's name. */
  async token(username: string): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${encodeURIComponent(username)}:secret`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: this.audience }),
    });
    const body: unknown = await response.json();
    const token: unknown = Reflect.get(Object(body), 'access_token');
    if (typeof token !== 'string') throw new Error(`no token: ${JSON.stringify(body)}`);
    return token;
  }

  /** A token of this issuer for this audience, signed by its present key. */
  sign(claims: Record<string, unknown>, headers: Record<string, unknown> = {}): Promise<string> {
    return signed(this.key, { iss: this.url, aud: this.audience, ...claims }, headers);
  }

  /** From now on another key signs, and the one before is forgotten. */
  async rotate(kid: string, alg: 'RS256' | 'ES256' = 'RS256'): Promise<void> {
    this.key = await newIssuerKey(kid, alg);
    this.provider = undefined;
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      this.provider ??= this.make();
      (this.instead ?? this.provider)(request, response);
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }

  private make(): Answer {
    const { audience, key } = this;
    const clients: ClientMetadata[] = ['alice', 'admin', 'nobody', 'ALICE'].map((name) => ({
      client_id: name,
      client_secret: 'secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: signatureOf(key),
    }));
    const provider = new Provider(this.url, {
      clients,
      ttl: { ClientCredentials: 600 },
      jwks: { keys: [{ ...key.private }] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: '',
            audience,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: signatureOf(key) } },
          }),
        },
      },
      extraTokenClaims: (_context, token) => ({ preferred_username: token.clientId }),
    });
    const answer = provider.callback();
    return (request, response) => void answer(request, response);
  }
}
