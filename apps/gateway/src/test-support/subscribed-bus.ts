import type { OwnNats, TestDatabase } from '@aftertone/testing';
import {
  busUsers,
  freshDatabase,
  hasCallout,
  type NatsKind,
  natsVersion,
  startNats,
  systemUser,
  usersFilesOf,
} from '@aftertone/testing';
import { createAccount, createCurve, type KeyPair } from '@nats-io/nkeys';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type Answered, type GatewayUnderTest, startGateway } from './start-gateway.ts';

export const cell = 'c1';
const passwords = { mailbox: 'm', media: 'a', notify: 'n', gateway: 'g', admin: 'x' };
const systemPassword = 'system';

const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());

/** An answer of POST /v1/subscriptions. */
export interface OpenedSubscription {
  id: string;
  name: string | null;
  types: string[] | null;
  deliverSubject: string;
  replay: { after: string; until: string } | null;
  inexact: string[];
  nats: { servers: string[]; user: string; inboxPrefix: string };
  unacknowledged?: number;
}

/** A whole gateway on a NATS server of its own, where other software may log in. */
export class SubscribedBus {
  readonly nats: OwnNats;
  gateway: GatewayUnderTest;
  private readonly database: TestDatabase;
  private readonly open: NatsConnection[] = [];

  private constructor(nats: OwnNats, gateway: GatewayUnderTest, database: TestDatabase) {
    this.nats = nats;
    this.gateway = gateway;
    this.database = database;
  }

  static async start(kind: NatsKind): Promise<SubscribedBus> {
    const source = await kind.source();
    const byCallout = hasCallout(await natsVersion(source));
    const [issuer, curve] = [createAccount(), createCurve()];
    const keys = { issuer: issuer.getPublicKey(), curve: curve.getPublicKey() };
    const system = systemUser(systemPassword);
    const [nats, database] = await Promise.all([
      startNats({
        source,
        directLogins: { system, ...(byCallout ? { callout: keys } : {}) },
        users: busUsers(cell, passwords),
      }),
      freshDatabase(),
    ]);
    const { host } = new URL(nats.url);
    const files = usersFilesOf(nats.dataDir);
    const way: Record<string, string> = byCallout
      ? {
          NATS_CALLOUT_SEED: seedOf(issuer),
          NATS_CALLOUT_CURVE_SEED: seedOf(curve),
          NATS_SYSTEM_USER: system.name,
          NATS_SYSTEM_PASSWORD: systemPassword,
        }
      : { NATS_USERS_FILE: files.usersFile, NATS_PID_FILE: files.pidFile };
    const gateway = await startGateway({
      DATABASE_URL_GATEWAY: database.url,
      NATS_URL: `nats://${host}`,
      NATS_USER: 'gateway',
      NATS_PASSWORD: passwords.gateway,
      NATS_SUBSCRIBER_URL: `nats://${host}`,
      AFTERTONE_CELL: cell,
      LOGIN_TRIES_PER_USER: '1000',
      LOGIN_TRIES_PER_ADDRESS: '100000',
      ...way,
    });
    return new SubscribedBus(nats, gateway, database);
  }

  subscribe(
    token: string,
    body: object = {},
    headers: Record<string, string> = {},
  ): Promise<Answered<OpenedSubscription>> {
    return this.gateway.send<OpenedSubscription>('POST', '/v1/subscriptions', { token, body, headers });
  }

  /** Listens as any NATS client would, with nothing but what the subscription says. */
  async listen(token: string, opened: OpenedSubscription, take: (message: Msg) => void): Promise<NatsConnection> {
    const { servers, user, inboxPrefix } = opened.nats;
    const connection = await connect({ servers, user, pass: token, inboxPrefix, reconnect: false, timeout: 5_000 });
    this.open.push(connection);
    connection.subscribe(opened.deliverSubject, {
      callback: (error, message) => {
        if (error === null) take(message);
      },
    });
    await connection.flush();
    return connection;
  }

  /** With every right among the services. */
  async admin(): Promise<NatsConnection> {
    const { host } = new URL(this.nats.url);
    const connection = await connect({ servers: host, user: 'admin', pass: passwords.admin, timeout: 5_000 });
    this.open.push(connection);
    return connection;
  }

  async remove(): Promise<void> {
    await Promise.all(this.open.map((connection) => connection.close()));
    await this.gateway.close();
    await this.nats.remove();
    await this.database.drop();
  }
}
