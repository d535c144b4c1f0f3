import { type Rpc, rpcSubject } from '@aftertone/contracts';
import { headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Bus } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import { type Answer, answerCall, failed } from './answer-call.ts';
import { errorHeader } from './wire.ts';

/** Stands around the handling of each call, for logs, measurements and correlation; it must pass result and error on. */
export type AroundCall = <T>(
  what: { name: string; correlationId: string; tenantId?: string },
  run: () => Promise<T>,
) => Promise<T>;

export interface RpcServerOptions {
  bus: Bus;
  cell: string;
  /** Queue group: each call goes to one replica of the service. */
  service: string;
  /** Takes calls from then on: other replicas answer what this one could only refuse. At once unless told. */
  when?: Promise<void>;
  around?: AroundCall;
  log?: Log;
}

const withoutAround: AroundCall = (_what, run) => run();

/** Nest transport for `@RpcHandler` methods on our own connection: it is up whenever the bus is. */
class RpcServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('aftertone-rpc');
  private readonly options: RpcServerOptions;
  private readonly subscriptions = new Map<NatsConnection, Subscription[]>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(options: RpcServerOptions) {
    super();
    this.options = options;
  }

  listen(callback: (...values: unknown[]) => unknown): void {
    // Not waiting for the bus: a service starts, and says that it is not ready, while the bus is down.
    const { bus, when = Promise.resolve() } = this.options;
    void when.then(() => {
      const { signal } = this.closing;
      if (signal.aborted) return;
      const stop = bus.onUp((connection) => this.subscribe(connection));
      signal.addEventListener('abort', stop, { once: true });
    });
    callback();
  }

  /** Takes no more calls and waits until those under way are answered. */
  async close(): Promise<void> {
    this.closing.abort();
    const all = [...this.subscriptions.values()].flat();
    // What a drain waits for is an answer of the server.
    if (this.options.bus.isUp) await Promise.allSettled(all.map((subscription) => subscription.drain()));
    else for (const subscription of all) subscription.unsubscribe();
    await Promise.allSettled([...this.underWay]);
  }

  on(): void {}

  unwrap<T>(): T {
    throw new Error('the connection of the bus is shared: ask the bus for it');
  }

  private subscribe(connection: NatsConnection): void {
    // After an interruption the client library restores the subscriptions of a connection by itself.
    if (this.subscriptions.has(connection)) return;
    this.subscriptions.clear();
    const { cell, service } = this.options;
    const made = [...this.messageHandlers.values()].map((handler) => {
      const rpc: Rpc = handler.extras?.rpc;
      return connection.subscribe(rpcSubject(rpc, cell), {
        queue: service,
        callback: (error, message) => {
          if (error === null) this.take(rpc, handler, message);
          else this.options.log?.error({ err: error, call: rpc.name }, 'the bus refused to bring calls');
        },
      });
    });
    this.subscriptions.set(connection, made);
  }

  private take(rpc: Rpc, handler: MessageHandler, message: Msg): void {
    const work = this.serve(rpc, handler, message).finally(() => this.underWay.delete(work));
    this.underWay.add(work);
  }

  private async serve(rpc: Rpc, handler: MessageHandler, message: Msg): Promise<void> {
    const around = this.options.around ?? withoutAround;
    const answer = await answerCall({ rpc, message, handler, around, log: this.options.log });
    try {
      this.reply(message, answer);
    } catch (error) {
      // Larger than the bus takes, or the connection has just closed: tell what still can be told.
      this.options.log?.error({ err: error, call: rpc.name }, 'an answer could not be sent');
      if (!message.reply) return;
      try {
        this.reply(message, failed(error));
      } catch {
        // The connection is gone; the caller's deadline tells it.
      }
    }
  }

  private reply(message: Msg, answer: Answer): void {
    const body = JSON.stringify(answer.body);
    if (answer.errorCode === undefined) {
      message.respond(body);
      return;
    }
    const fields = headers();
    fields.set(errorHeader, answer.errorCode);
    message.respond(body, { headers: fields });
  }
}

/** The strategy for Nest's `connectMicroservice({ strategy })` or `runService({ transports })`. */
export const rpcServer = (options: RpcServerOptions): Server & CustomTransportStrategy => new RpcServer(options);
