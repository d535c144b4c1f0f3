import { type Bus, connectBus } from '@aftertone/messaging';
import { createLogger, parseConfig } from '@aftertone/platform';
import { freshDatabase, type NatsKind, type OwnNats, type TestDatabase } from '@aftertone/testing';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { Stoppable } from '../background/repeatedly.ts';
import type { DirectConnection } from '../bus-access/bus-access.ts';
import { busUserOf, inboxPrefixOf } from '../bus-access/logins.ts';
import { makeBusAccess, type RunningBusAccess } from '../bus-access/make-bus-access.ts';
import { configSchema } from '../config.ts';
import { Database } from '../database/database.ts';
import { busPasswords, type OpenNats, startOpenNats } from './open-nats.ts';
import { TestLogins, type TestToken } from './test-logins.ts';

const logger = createLogger({ service: 'gateway', level: 'silent' });

/** A NATS server that other software may log in to, and the part of the gateway that lets it in. */
export class BusUnderTest {
  readonly nats: OwnNats;
  /** Whether the server asks the gateway; otherwise it reads a file. */
  readonly byCallout: boolean;
  /** `host:port` of the server. */
  readonly host: string;
  readonly logins = new TestLogins();
  private readonly settings: Record<string, string>;
  private readonly testDatabase: TestDatabase;
  private readonly open: NatsConnection[] = [];
  private gateway: { bus: Bus; database: Database; access: RunningBusAccess; running: Stoppable[] } | undefined;

  private constructor({ nats, host, byCallout, settings }: OpenNats, database: TestDatabase) {
    this.nats = nats;
    this.host = host;
    this.byCallout = byCallout;
    this.settings = settings;
    this.testDatabase = database;
  }

  /** Starts server and gateway of its own on this kind of server. */
  static async start(kind: NatsKind): Promise<BusUnderTest> {
    const started = new BusUnderTest(await startOpenNats(kind), await freshDatabase());
    await started.startGateway();
    return started;
  }

  async startGateway(): Promise<void> {
    const config = parseConfig(configSchema, {
      PORT: '0',
      AFTERTONE_KEK: Buffer.alloc(32, 7).toString('base64'),
      DATABASE_URL_GATEWAY: this.testDatabase.url,
      MEDIA_URL: 'http://127.0.0.1:9',
      MEDIA_GRANT_SECRET: 's'.repeat(32),
      LINK_SECRET: 's'.repeat(32),
      PUBLIC_URL: 'http://127.0.0.1',
      ...this.settings,
    });
    const { NATS_URL: url, NATS_USER: user, NATS_PASSWORD: password } = config;
    const bus = connectBus({ url, user, password, name: 'gateway' });
    const database = new Database({ url: this.testDatabase.url, keks: [config.AFTERTONE_KEK], logger });
    const access = makeBusAccess({ cell: { config, bus, own: (name) => name }, database, logins: this.logins, logger });
    await new Promise<void>((resolve) => database.open(resolve));
    this.gateway = { bus, database, access, running: access.start(database.store) };
    await (await bus.whenUp()).flush();
  }

  async stopGateway(): Promise<void> {
    const { gateway } = this;
    this.gateway = undefined;
    if (gateway === undefined) return;
    await Promise.all(gateway.running.map((part) => part.stop()));
    await Promise.all([gateway.access.close(), gateway.bus.close()]);
    await gateway.database.close();
  }

  /** What POST /v1/events/nats does. */
  async register({ login: { tokenId }, text }: TestToken): Promise<DirectConnection> {
    if (this.gateway === undefined) throw new Error('the gateway is down');
    return this.gateway.access.access.register({ tokenId }, text);
  }

  /** Registers a token and logs in with it. */
  async enter(token: TestToken, options: ConnectionOptions = {}): Promise<NatsConnection> {
    await this.register(token);
    return this.logIn(token, options);
  }

  /** Logs in with a token as its owner would; does not come back by itself unless told. */
  logIn({ login, text }: TestToken, options: ConnectionOptions = {}): Promise<NatsConnection> {
    const inboxPrefix = inboxPrefixOf(login.tokenId);
    return this.connect({ user: busUserOf(login.tokenId), pass: text, inboxPrefix, ...options });
  }

  /** As one of the services, or as `admin`, who may do everything in their account. */
  service(name: keyof typeof busPasswords): Promise<NatsConnection> {
    return this.connect({ user: name, pass: busPasswords[name] });
  }

  async connect(options: ConnectionOptions): Promise<NatsConnection> {
    const connection = await connect({ servers: this.host, reconnect: false, timeout: 5_000, ...options });
    this.open.push(connection);
    return connection;
  }

  async remove(): Promise<void> {
    await Promise.all(this.open.map((connection) => connection.close()));
    await this.stopGateway();
    await this.nats.remove();
    await this.testDatabase.drop();
  }
}
