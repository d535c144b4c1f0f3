import type { Buffer } from 'node:buffer';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A connection that a client wants to be a WebSocket. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  /** What was read behind the request. */
  head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** The upgrade that a request asks for; undefined for every other one. */
export const upgradeOf = ({ raw }: FastifyRequest): Upgrade | undefined => upgrades.get(raw);

/**
 * Sends requests for WebSockets through the router like all others, so that guards and error answers are the same; the
 * handler takes the connection over (`TakenOver`), or the answer ends it. `prepare` may change the request's headers.
 */
export const routeUpgrades = (server: FastifyInstance, prepare: (request: IncomingMessage) => void): void => {
  const { server: http } = server;
  Object.assign(http, {
    // Other upgrades are none of ours: `curl --http2` offers one with every request and is served without it.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex & IncomingMessage['socket'], head: Buffer) => {
    socket.on('error', () => undefined); // its close follows
    upgrades.set(request, { request, socket, head });
    prepare(request);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    server.routing(request, response);
  });
};
