import { type HttpBehaviour, perform, type SinkRequest } from './http-sink-behaviour.ts';
import { selfSignedCertificate } from './http-sink-certificate.ts';
import { listen } from './http-sink-servers.ts';

export interface HttpSinkOptions {
  port?: number;
  /** Address to listen at; `127.0.0.1` when left out. */
  host?: string;
  /** With a certificate of its own for `localhost`, `127.0.0.1` and `::1`. */
  tls?: boolean;
  /** HTTP/2 only, in clear (h2c) without `tls`. */
  http2?: boolean;
  /** 200 with an empty body when left out. */
  behaviour?: HttpBehaviour | HttpDecision;
}

/** Decides by the request, for servers that check what they are asked. */
export type HttpDecision = (request: SinkRequest) => HttpBehaviour | Promise<HttpBehaviour>;

export interface TestHttpSink {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  url: string;
  port: number;
  /** PEM of the server's certificate; empty without TLS. */
  ca: string;
  /** Requests that arrived whole, oldest first, answered or not. */
  requests: SinkRequest[];
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections since the start. */
  readonly opened: number;
  /** From now on, for everybody or for one path (without the query) only; what is said of a path stays. */
  behave(next: HttpBehaviour | HttpDecision, path?: string): void;
  close(): Promise<void>;
}

const pathOnly = (path: string): string => path.split('?')[0] ?? path;

/** A real HTTP server whose answers the test decides. */
export async function startHttpSink(options: HttpSinkOptions = {}): Promise<TestHttpSink> {
  let behaviour: HttpBehaviour | HttpDecision = options.behaviour ?? { kind: 'answer' };
  const behaviours = new Map<string, HttpBehaviour | HttpDecision>();
  const requests: SinkRequest[] = [];
  const certificate = options.tls ? await selfSignedCertificate() : null;
  const server = await listen({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    certificate,
    http2: options.http2 ?? false,
    handle: async (request, way) => {
      requests.push(request);
      const now = behaviours.get(pathOnly(request.path)) ?? behaviour;
      await perform(typeof now === 'function' ? await now(request) : now, way);
    },
  });
  return {
    url: server.origin,
    port: Number(new URL(server.origin).port),
    ca: certificate?.cert ?? '',
    requests,
    get connections() {
      return server.connections.size;
    },
    get opened() {
      return server.opened;
    },
    behave: (next, path) => {
      if (path === undefined) behaviour = next;
      else behaviours.set(path, next);
    },
    close: server.close,
  };
}
