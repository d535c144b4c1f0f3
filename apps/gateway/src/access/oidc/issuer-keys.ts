import { unavailable } from '@aftertone/kernel';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import { retryAfterDetail } from '../refusals.ts';
import { type IssuerSettings, isSafeAddress } from './issuer-settings.ts';
import { type ReadLimits, readJson } from './read-json.ts';

export interface KeyTimes extends ReadLimits {
  /** Keys are read again when they are older. */
  freshMs: number;
  /** While the issuer does not answer, known keys serve up to this age. */
  staleMs: number;
  /** A key that is not known is asked for at most so often. */
  cooldownMs: number;
  /** An issuer that did not answer is left alone for so long. */
  retryMs: number;
}

export const keyTimes: KeyTimes = {
  freshMs: 600_000,
  staleMs: 3_600_000,
  cooldownMs: 30_000,
  retryMs: 5_000,
  timeoutMs: 3_000,
  maxBytes: 262_144,
};

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(200) });

/** The keys with which one issuer signs. */
export class IssuerKeys {
  private readonly settings: IssuerSettings;
  private readonly times: KeyTimes;
  private opening: Promise<RemoteJWKSet> | undefined;
  private readAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: IssuerSettings, times: KeyTimes = keyTimes) {
    this.settings = settings;
    this.times = times;
  }

  /** The key of a token; throws jose's errors when there is none, and `issuer-unavailable` when nobody can say. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.open();
    if (Date.now() - this.readAt > this.times.freshMs) await this.refresh(keys);
    return keys(header, token);
  };

  private async refresh(keys: RemoteJWKSet): Promise<void> {
    try {
      await keys.reload();
    } catch (error) {
      if (Date.now() - this.readAt > this.times.staleMs) throw error;
    }
  }

  private open(): Promise<RemoteJWKSet> {
    const { staleMs: cacheMaxAge, cooldownMs: cooldownDuration } = this.times;
    this.opening ??= this.address()
      .then((url) => {
        const read = async () => Response.json(await this.readKeys(url));
        return createRemoteJWKSet(new URL(url), { cacheMaxAge, cooldownDuration, [customFetch]: read });
      })
      .catch((error: unknown) => {
        this.opening = undefined;
        throw error;
      });
    return this.opening;
  }

  private async readKeys(url: string): Promise<object> {
    try {
      const keys = await this.ask(url, keySet);
      this.readAt = Date.now();
      return keys;
    } catch (error) {
      // The keys may have moved: they are looked for anew, unless those that are known still serve.
      if (Date.now() - this.readAt > this.times.staleMs) this.opening = undefined;
      throw error;
    }
  }

  private async address(): Promise<string> {
    const { issuer, jwksUrl } = this.settings;
    if (jwksUrl !== undefined) return jwksUrl;
    const told = await this.ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, discovery);
    const downgraded = issuer.startsWith('https:') && !told.jwks_uri.startsWith('https:');
    if (told.issuer !== issuer || downgraded || !isSafeAddress(told.jwks_uri)) {
      throw this.failed(new Error(`${issuer} describes another issuer, or keys at an address that is not safe`));
    }
    return told.jwks_uri;
  }

  private async ask<T extends z.ZodType>(url: string, schema: T): Promise<z.output<T>> {
    if (Date.now() - this.failedAt < this.times.retryMs) throw this.failure();
    try {
      return schema.parse(await readJson(url, this.times));
    } catch (error) {
      throw this.failed(error);
    }
  }

  private failed(cause: unknown): Error {
    this.failedAt = Date.now();
    return this.failure(cause);
  }

  private failure(cause?: unknown): Error {
    const details = { [retryAfterDetail]: Math.max(1, Math.ceil(this.times.retryMs / 1_000)) };
    return unavailable('issuer-unavailable', 'The issuer of the token does not answer', details, cause);
  }
}
