import type { User } from '@aftertone/contracts';
import { freshDatabase, type OwnNats, startNats, type TestDatabase } from '@aftertone/testing';
import { EventPublisher } from './event-publisher.ts';
import { SocketClient, type SocketClientOptions } from './socket-client.ts';
import { type GatewayUnderTest, startGateway } from './start-gateway.ts';

export const password = 'a password long enough';

const cell = 'sockets';

/** A gateway with a database and a bus of its own, clients of its WebSocket, and events for them. */
export class LiveUnderTest {
  readonly nats: OwnNats;
  readonly gateway: GatewayUnderTest;
  readonly publisher: EventPublisher;
  /** Token of the first administrator. */
  readonly admin: string;
  readonly tenantId: string;
  private readonly database: TestDatabase;
  private readonly clients: SocketClient[] = [];
  private made = 0;

  private constructor(
    database: TestDatabase,
    nats: OwnNats,
    parts: { gateway: GatewayUnderTest; admin: string; tenantId: string },
  ) {
    this.database = database;
    this.nats = nats;
    this.gateway = parts.gateway;
    this.admin = parts.admin;
    this.tenantId = parts.tenantId;
    this.publisher = new EventPublisher(parts.gateway, cell);
  }

  static async start(): Promise<LiveUnderTest> {
    const [database, nats] = await Promise.all([freshDatabase(), startNats()]);
    const gateway = await startReplica(database, nats);
    const admin = await gateway.logIn();
    const tenantId = (await gateway.parts.directory.tenantId(undefined)) ?? '';
    const live = new LiveUnderTest(database, nats, { gateway, admin, tenantId });
    await live.publisher.open();
    return live;
  }

  /** Another gateway on the same database and bus; whoever starts it ends it. */
  replica(settings: Record<string, string> = {}): Promise<GatewayUnderTest> {
    return startReplica(this.database, this.nats, settings);
  }

  async follow(token = this.admin, options: SocketClientOptions = {}, of = this.gateway): Promise<SocketClient> {
    const client = await SocketClient.open(of.url, token, options);
    this.clients.push(client);
    return client;
  }

  async newUser(token = this.admin): Promise<User> {
    this.made += 1;
    const body = { username: `user${this.made}`, password };
    const answer = await this.gateway.send<User>('POST', '/v1/users', { token, body });
    if (answer.status !== 201) throw new Error(`no user: ${answer.status}`);
    return answer.body;
  }

  /** Ends every client. */
  leave(): void {
    for (const client of this.clients.splice(0)) client.close();
  }

  async close(): Promise<void> {
    this.leave();
    await this.gateway.close();
    await this.nats.remove();
    await this.database.drop();
  }
}

const startReplica = (
  database: TestDatabase,
  nats: OwnNats,
  settings: Record<string, string> = {},
): Promise<GatewayUnderTest> =>
  startGateway({
    DATABASE_URL_GATEWAY: database.url,
    NATS_URL: nats.url,
    AFTERTONE_CELL: cell,
    EVENT_HEARTBEAT_MS: '200',
    LOGIN_TRIES_PER_USER: '1000',
    ...settings,
  });
