import { rejected, unavailable } from '@aftertone/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../log.ts';
import type { Bus, UpListener } from './bus.ts';
import { ConnectionLoop, inboxPrefixOf } from './connection-loop.ts';
import { isAtLeast } from './version.ts';

export interface BusOptions {
  /** `nats://host:port`, several with commas; may hold `user:password@`. */
  url: string;
  user?: string | undefined;
  password?: string | undefined;
  /** Shown in the server's list of connections: the service. */
  name: string;
  log?: Log;
}

class NatsBus implements Bus {
  private readonly upListeners = new Set<UpListener>();
  private readonly downListeners = new Set<() => void>();
  readonly inboxPrefix: string;
  private readonly loop: ConnectionLoop;

  constructor(options: BusOptions) {
    this.inboxPrefix = inboxPrefixOf(options);
    this.loop = new ConnectionLoop(options, {
      up: (connection) => {
        for (const listener of [...this.upListeners]) listener(connection);
      },
      down: () => {
        for (const listener of [...this.downListeners]) listener();
      },
    });
  }

  get isUp(): boolean {
    return this.loop.current !== undefined;
  }

  get serverVersion(): string | undefined {
    return this.loop.serverVersion;
  }

  connection(): NatsConnection {
    if (this.loop.current === undefined) throw unavailable('bus-unavailable', 'The message bus does not answer');
    return this.loop.current;
  }

  async whenUp(signal?: AbortSignal): Promise<NatsConnection> {
    const ended = signal === undefined ? this.loop.ended : AbortSignal.any([signal, this.loop.ended]);
    ended.throwIfAborted();
    if (this.loop.current !== undefined) return this.loop.current;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        stop();
        reject(ended.reason);
      };
      const stop = this.onUp((connection) => {
        stop();
        ended.removeEventListener('abort', abort);
        resolve(connection);
      });
      ended.addEventListener('abort', abort, { once: true });
    });
  }

  onUp(listener: UpListener): () => void {
    this.upListeners.add(listener);
    if (this.loop.current !== undefined) listener(this.loop.current);
    return () => this.upListeners.delete(listener);
  }

  onDown(listener: () => void): () => void {
    this.downListeners.add(listener);
    return () => this.downListeners.delete(listener);
  }

  async requireServer(version: string): Promise<void> {
    await this.whenUp();
    const actual = this.serverVersion ?? '0';
    if (!isAtLeast(actual, version)) {
      throw rejected('server-too-old', `NATS ${version} or later is needed; the server is ${actual}`, {
        required: version,
        actual,
      });
    }
  }

  close(): Promise<void> {
    return this.loop.close();
  }
}

/** Begins to connect and returns at once; a bus that is down now or later is only not up. */
export const connectBus = (options: BusOptions): Bus => new NatsBus(options);
