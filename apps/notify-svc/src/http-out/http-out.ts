import { Agent } from 'undici';
import { addressRules, type Network } from './address-rules.ts';
import { firstOf } from './answer-body.ts';
import { checkedConnector } from './connector.ts';
import { httpFailure } from './http-failure.ts';
import { hostResolver } from './resolve-host.ts';
import { retryAfterMs } from './retry-after.ts';
import { urlFault } from './target.ts';

export interface HttpOutOptions {
  /** Networks besides the public Internet in which URLs may be. */
  allowNetworks: readonly Network[];
  allowHttp: boolean;
  /** For one call, from the look-up of the host to the end of the answer. */
  timeoutMs: number;
  /** Connections kept open for the next call, at most. */
  keptConnections: number;
  /** `address:port` of name servers in place of the system's. */
  dnsServers?: readonly string[];
  /** PEM of a certificate to trust besides the system's. */
  extraCa?: string;
}

export interface HttpCall {
  method?: 'POST' | 'PUT' | 'GET';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/**
 * What came of a call.
 * - `ok`: answered with 2xx.
 * - `refused`: by us, because URL or address may not be called; nothing was sent.
 * - `failed`: everything else, any other status too. Which of them are for good is up to the caller.
 */
export interface HttpResult {
  kind: 'ok' | 'refused' | 'failed';
  /** Null: there was no answer. */
  status: number | null;
  /** How long the call took. */
  ms: number;
  /** One line, with nothing in it that the other side said but the status. */
  detail: string;
  /** What the answer's `Retry-After` asks for, a day at most. */
  retryAfterMs: number | null;
  /** The first 4 kB of the answer, which may quote whatever was sent: for those who read it, not to be kept. */
  body: string;
}

/** Shorter than servers usually keep connections: one that is closed as we use it costs an attempt. */
const idleMs = 4_000;

const answerDetail = (status: number): string =>
  status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`;

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/**
 * Calls URLs that others gave us: within a time, to allowed addresses, without following redirects, over connections
 * that stay open for a few seconds. An endpoint that hangs holds a connection and a timer.
 */
export const openHttpOut = (options: HttpOutOptions) => {
  const { allowNetworks, allowHttp, timeoutMs, keptConnections, dnsServers, extraCa } = options;
  const hosts = hostResolver(dnsServers ?? []);
  const mayConnect = addressRules(allowNetworks);
  const { connector, openConnections } = checkedConnector({ mayConnect, resolve: hosts.resolve, timeoutMs, extraCa });
  // One timer per call covers everything, so undici needs none of its own.
  const noTimers = { headersTimeout: 0, bodyTimeout: 0 };
  const agent = new Agent({
    connect: connector,
    // No call waits for another one here: who shares a server with endpoints that hang is not late because of them.
    connections: null,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    ...noTimers,
  });

  const exchange = ({ method = 'POST', url, headers, body }: HttpCall, signal: AbortSignal) => {
    const { origin, pathname, search } = new URL(url);
    return agent.request({
      method,
      origin,
      path: pathname + search,
      headers: { 'user-agent': 'Aftertone', ...headers },
      body: method === 'GET' ? null : body,
      signal,
      reset: openConnections() >= keptConnections,
    });
  };

  return {
    /** Never rejects. `signal` ends the call. */
    call: async (call: HttpCall, signal: AbortSignal): Promise<HttpResult> => {
      const began = performance.now();
      const result = (rest: Pick<HttpResult, 'kind' | 'detail'> & Partial<HttpResult>): HttpResult => {
        const ms = Math.round(performance.now() - began);
        return { status: null, retryAfterMs: null, body: '', ...rest, ms };
      };
      const fault = urlFault(call.url, { allowHttp });
      if (fault !== null) return result({ kind: 'refused', detail: `the URL ${fault}` });
      const timeout = AbortSignal.timeout(timeoutMs);
      let status: number | null = null;
      try {
        const answer = await exchange(call, AbortSignal.any([signal, timeout]));
        status = answer.statusCode;
        const body = await firstOf(answer.body);
        return result({
          kind: status >= 200 && status < 300 ? 'ok' : 'failed',
          status,
          detail: answerDetail(status),
          retryAfterMs: retryAfterMs(single(answer.headers['retry-after']), new Date()),
          body,
        });
      } catch (error) {
        const during = status === null ? '' : ` while it answered ${status}`;
        if (signal.aborted) return result({ kind: 'failed', status, detail: `given up${during}` });
        if (timeout.aborted) return result({ kind: 'failed', status, detail: `not done in ${timeoutMs} ms${during}` });
        const { forbidden, detail } = httpFailure(error);
        return result({ kind: forbidden ? 'refused' : 'failed', status, detail: detail + during });
      }
    },
    /** Connections that are open, used or idle. */
    openConnections,
    /** Ends all connections, also those of calls under way, which fail. */
    close: async (): Promise<void> => {
      hosts.close();
      await agent.destroy();
    },
  };
};

export type HttpOut = ReturnType<typeof openHttpOut>;
