import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type Checks, registerHealth } from '../health/health.ts';
import { ProblemFilter } from '../http/problem.filter.ts';
import type { StatusTable } from '../http/problem.ts';
import { followRequests } from '../http/requests.ts';
import type { Logger, logLevels } from '../logging/logger.ts';
import { NestLogger } from '../logging/nest-logger.ts';
import { fastifyAdapter, type ServerLimits } from './fastify.ts';

/** A custom transport strategy of Nest, for example `rpcServer`. */
export interface Transport {
  listen(callback: (...values: unknown[]) => unknown): unknown;
  close(): unknown;
}

export interface ServiceOptions {
  /** For example `mailbox-svc`; on every log line. */
  name: string;
  config: {
    HOST: string;
    /** 0 takes any free port. */
    PORT: number;
    LOG_LEVEL: (typeof logLevels)[number];
    SHUTDOWN_DRAIN_MS: number;
    SHUTDOWN_GRACE_MS: number;
  };
  /** The root module, or what makes it when its parts ask for the logger. */
  module: Type | DynamicModule | ((logger: Logger) => Type | DynamicModule);
  /** Which parts must answer before the service can serve. */
  ready: (app: NestFastifyApplication) => Promise<Checks> | Checks;
  /** What serves calls beside HTTP. */
  transports?: (app: NestFastifyApplication, logger: Logger) => readonly Transport[];
  /** Runs before routes exist: plugins, content types, hooks. */
  prepare?: (app: NestFastifyApplication) => Promise<void> | void;
  /** HTTP status by code, where it is not that of the kind. */
  statuses?: StatusTable;
  /** Largest body that is held in memory, in bytes. */
  bodyLimit?: number;
  server?: ServerLimits;
}

export interface RunningService {
  app: NestFastifyApplication;
  /** `http://host:port` as it listens. */
  url: string;
  /**
   * Ends in order: not ready, and no connection is kept behind its answer, while it serves on for the drain time;
   * `onModuleDestroy` of the parts (stop taking work, end open streams); requests and calls under way are answered;
   * `onApplicationShutdown` of the parts (close bus and pools). Connections that are still open after four fifths of the
   * grace time, which begins when the drain time is over, are cut. False when the grace time was not enough.
   */
  close(): Promise<boolean>;
}

const isFactory = (module: ServiceOptions['module']): module is (logger: Logger) => Type | DynamicModule =>
  typeof module === 'function' && module.prototype === undefined;

const addressOf = (server: FastifyInstance, host: string): string => {
  const { port } = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** Starts a service: Nest on Fastify, correlation, problem documents, health, transports. Rejects when it cannot. */
export const startService = async (options: ServiceOptions, logger: Logger): Promise<RunningService> => {
  const { config } = options;
  const module = isFactory(options.module) ? options.module(logger) : options.module;
  const app = await NestFactory.create<NestFastifyApplication>(
    module,
    fastifyAdapter(options.bodyLimit, options.server),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  let ending = false;
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  // Before Fastify: whoever keeps a connection would send the next request to who is about to close it.
  server.server.prependListener('request', (_request, response) => {
    if (ending) response.shouldKeepAlive = false;
  });
  followRequests(server, logger);
  registerHealth(server, { ready: () => options.ready(app), ending: () => ending });
  app.useGlobalFilters(new ProblemFilter(logger, options.statuses));
  await options.prepare?.(app);
  for (const strategy of options.transports?.(app, logger) ?? []) app.connectMicroservice({ strategy });
  await app.startAllMicroservices();
  await app.listen(config.PORT, config.HOST);
  const url = addressOf(server, config.HOST);
  logger.info({ url }, 'listening');

  const close = async (): Promise<boolean> => {
    ending = true;
    await delay(config.SHUTDOWN_DRAIN_MS);
    const finished = new AbortController();
    const cut = delay(config.SHUTDOWN_GRACE_MS * 0.8, undefined, { signal: finished.signal })
      .then(() => {
        logger.warn('connections are still open: they are cut now');
        server.server.closeAllConnections();
        return delay(config.SHUTDOWN_GRACE_MS * 0.2, false, { signal: finished.signal });
      })
      .catch(() => false);
    const ended = app.close().then(() => true);
    try {
      return await Promise.race([ended, cut]);
    } finally {
      finished.abort();
    }
  };
  return { app, url, close };
};
