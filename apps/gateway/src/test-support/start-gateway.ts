import { randomBytes } from 'node:crypto';
import { createLogger, parseConfig, type RunningService, startService } from '@aftertone/platform';
import { eventually } from '@aftertone/testing';
import { PARTS } from '../app.module.ts';
import { configSchema } from '../config.ts';
import { gateway } from '../gateway.ts';
import type { Parts } from '../parts.ts';

export const rootLogin = { username: 'admin', password: 'correct horse battery' };

export interface SendOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answered<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** What every refusal looks like. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  correlationId: string;
  errors: { path: string; message: string }[];
}

export interface LogIn {
  tenant?: string;
  username: string;
  password: string;
}

/** A real gateway, alone: without the other services unless the test brings them. */
export class GatewayUnderTest {
  readonly service: RunningService;
  readonly environment: Readonly<Record<string, string>>;

  constructor(service: RunningService, environment: Record<string, string>) {
    this.service = service;
    this.environment = environment;
  }

  get url(): string {
    return this.service.url;
  }

  get parts(): Parts {
    return this.service.app.get<Parts>(PARTS);
  }

  async send<Body = Problem>(method: string, path: string, options: SendOptions = {}): Promise<Answered<Body>> {
    const { token, body, headers } = options;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** A new token; of the first administrator unless told. */
  async logIn(login: LogIn = rootLogin): Promise<string> {
    const { status, body } = await this.send<{ token: string }>('POST', '/v1/tokens', { body: login });
    if (status !== 201) throw new Error(`log-in was answered ${status} ${JSON.stringify(body)}`);
    return body.token;
  }

  async close(): Promise<void> {
    await this.service.close();
  }
}

/** Starts a gateway on a free port and waits, unless told, until the first administrator is there. `settings` are environment variables: at least the database and the bus. */
export const startGateway = async (
  settings: Record<string, string>,
  { wait = true } = {},
): Promise<GatewayUnderTest> => {
  const environment = {
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'fatal',
    SHUTDOWN_GRACE_MS: '5000',
    AFTERTONE_KEK: Buffer.alloc(32, 7).toString('base64'),
    MEDIA_URL: 'http://127.0.0.1:9',
    MEDIA_GRANT_SECRET: randomBytes(32).toString('base64'),
    LINK_SECRET: randomBytes(32).toString('base64'),
    PUBLIC_URL: 'http://127.0.0.1',
    BOOTSTRAP_TENANT_NAME: 'root',
    BOOTSTRAP_ADMIN_USERNAME: rootLogin.username,
    BOOTSTRAP_ADMIN_PASSWORD: rootLogin.password,
    ...settings,
  };
  const config = parseConfig(configSchema, environment);
  const logger = createLogger({ service: 'gateway', level: config.LOG_LEVEL });
  const started = new GatewayUnderTest(await startService(gateway(config), logger), environment);
  if (!wait) return started;
  await eventually(async () => {
    const { directory } = started.parts;
    const tenantId = await directory.tenantId(undefined);
    if (tenantId === undefined || (await directory.login(tenantId, rootLogin.username)) === undefined) {
      throw new Error('there is no administrator yet');
    }
  });
  return started;
};
