import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import type { SinkRequest, WayBack } from './http-sink-behaviour.ts';
import type { TestCertificate } from './http-sink-certificate.ts';

export interface Listening {
  /** Without a path. */
  origin: string;
  connections: ReadonlySet<Socket>;
  /** Connections since the start. */
  readonly opened: number;
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  certificate: TestCertificate | null;
  http2: boolean;
  handle(request: SinkRequest, way: WayBack): void;
}

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));

const received = async (request: IncomingMessage | Http2ServerRequest): Promise<SinkRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = plainHeaders(request.headers);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers,
    body: Buffer.concat(chunks),
    at: new Date(),
  };
};

function serverOf({ certificate, http2, handle }: ListenOptions): Server {
  // A request that its client gave up is part of the test, not a fault of it.
  const gaveUp = () => undefined;
  const overHttp1: RequestListener = (request, response) => {
    const way: WayBack = {
      begin: (status, headers) => void response.writeHead(status, headers),
      write: (bytes) => void response.write(bytes),
      end: (body) => void response.end(body),
      cut: () => void request.socket.destroy(),
      get closed() {
        return response.destroyed;
      },
    };
    received(request).then((whole) => handle(whole, way), gaveUp);
  };
  const overHttp2 = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const way: WayBack = {
      begin: (status, headers) => void response.writeHead(status, headers),
      write: (bytes) => void response.write(bytes),
      end: (body) => void response.end(body),
      cut: () => response.stream.session?.destroy(),
      get closed() {
        return response.stream.destroyed;
      },
    };
    received(request).then((whole) => handle(whole, way), gaveUp);
  };
  if (http2) return certificate ? createSecureServer(certificate, overHttp2) : createHttp2Server(overHttp2);
  return certificate ? createTlsServer(certificate, overHttp1) : createServer(overHttp1);
}

/** Serves until it is closed, which breaks what is under way. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, certificate } = options;
  const server = serverOf(options);
  const connections = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket: Socket) => {
    opened += 1;
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('sessionError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the HTTP server has no port');
  const literal = host.includes(':') ? `[${host}]` : host;
  return {
    origin: `${certificate ? 'https' : 'http'}://${literal}:${address.port}`,
    connections,
    get opened() {
      return opened;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}
