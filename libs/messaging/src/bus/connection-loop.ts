import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { addressOf } from './address.ts';
import type { BusOptions } from './connect-bus.ts';

const retryMs = 250;
const dialTimeoutMs = 5_000;
const drainTimeoutMs = 5_000;

/** An inbox of each service's own: whom to answer can then be said by permissions. */
export const inboxPrefixOf = ({ name }: Pick<BusOptions, 'name'>): string => `_INBOX.${name}`;

export interface ConnectionChanges {
  up(connection: NatsConnection): void;
  down(): void;
}

/** Keeps one connection up: the first dial, and a new connection should one ever end for good. */
export class ConnectionLoop {
  /** The connection while it works. */
  current: NatsConnection | undefined;
  serverVersion: string | undefined;
  private readonly options: BusOptions;
  private readonly changes: ConnectionChanges;
  private readonly end = new AbortController();
  private readonly running: Promise<void>;
  private open: NatsConnection | undefined;

  constructor(options: BusOptions, changes: ConnectionChanges) {
    this.options = options;
    this.changes = changes;
    this.running = this.run();
  }

  /** Aborts when the bus is closed. */
  get ended(): AbortSignal {
    return this.end.signal;
  }

  async close(): Promise<void> {
    this.end.abort(new Error('the bus was closed'));
    const connection = this.open;
    // Draining asks the server, who cannot answer while it is down.
    if (this.current !== undefined)
      await Promise.race([connection?.drain(), delay(drainTimeoutMs, undefined, { ref: false })]).catch(() => {});
    this.down();
    await connection?.close().catch(() => {});
    await this.running;
  }

  private async run(): Promise<void> {
    for (let attempt = 0; !this.ended.aborted; attempt++) {
      try {
        await this.live(await this.dial());
        attempt = -1;
      } catch (error) {
        // One line says that it waits; the same again for every attempt would bury the rest of the log.
        const { log } = this.options;
        if (attempt === 0) log?.warn({ err: error }, 'the message bus does not answer; trying again until it does');
        await delay(retryMs, undefined, { signal: this.ended }).catch(() => {});
      }
    }
  }

  private dial(): Promise<NatsConnection> {
    const { url, user, password, name } = this.options;
    return connect({
      ...addressOf(url, user, password),
      name,
      inboxPrefix: inboxPrefixOf(this.options),
      timeout: dialTimeoutMs,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: retryMs,
      reconnectJitter: retryMs,
      // Rights that were wrong for a moment must not end the connection for good.
      ignoreAuthErrorAbort: true,
      // A server that went away without a word is noticed within half a minute.
      pingInterval: 10_000,
      maxPingOut: 2,
      // Stack traces across the network cost a third of the throughput.
      noAsyncTraces: true,
    });
  }

  /** Follows one connection until it has ended for good. */
  private async live(connection: NatsConnection): Promise<void> {
    if (this.ended.aborted) return connection.close();
    this.open = connection;
    this.up(connection);
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.down();
      else if (status.type === 'reconnect' && !this.ended.aborted) this.up(connection);
      else if (status.type === 'error')
        this.options.log?.warn({ err: status.error }, 'the message bus refused something');
    }
    this.down();
  }

  private up(connection: NatsConnection): void {
    this.current = connection;
    this.serverVersion = connection.info?.version;
    const { server_name: server } = connection.info ?? {};
    this.options.log?.info({ server, version: this.serverVersion }, 'connected to the message bus');
    this.changes.up(connection);
  }

  private down(): void {
    if (this.current === undefined) return;
    this.current = undefined;
    if (!this.ended.aborted) this.options.log?.warn({}, 'the connection to the message bus was lost; reconnecting');
    this.changes.down();
  }
}
