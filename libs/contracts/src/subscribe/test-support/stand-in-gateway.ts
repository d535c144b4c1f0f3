import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { CloudEvent } from '../../envelope.ts';

export const stream = 'EVT_c1_mailbox';
export const tenantId = '0198c5a0-1111-7aaa-8000-000000000001';

/** What a test changes about the gateway that its client talks to. */
export interface Scene {
  /** Tokens that are taken. */
  tokens: Set<string>;
  /** Status that every request is answered with instead. */
  failing: number | undefined;
  replay: { after: string; until: string } | null;
  history: { cursor: string; event: CloudEvent }[];
  /** What PUT …/replay was told. */
  progress: (string | null)[];
  /** Subscriptions by id, with their names. */
  subscriptions: Map<string, string | null>;
  /** A second instead of the usual 30. */
  ackWaitMs: number;
  /** What the next answer says instead of what the bus does. */
  unacknowledged: number[];
}

/** Answers as the gateway does, as far as a subscriber asks; consumers are made on a real bus, which it does not own. */
export const standInGateway = async (bus: () => Promise<NatsConnection>, server: { host: string; user: string }) => {
  const scene: Scene = {
    tokens: new Set(),
    failing: undefined,
    replay: null,
    history: [],
    progress: [],
    subscriptions: new Map(),
    ackWaitMs: 1_000,
    unacknowledged: [],
  };

  const unacknowledged = async (id: string): Promise<number> => {
    const connection = await bus();
    const { num_ack_pending } = await (await jetstreamManager(connection)).consumers.info(stream, `sub-${id}`);
    await connection.close();
    return num_ack_pending;
  };

  const answer = async (id: string) => ({
    id,
    tenantId,
    ownerId: tenantId,
    name: scene.subscriptions.get(id) ?? null,
    types: null,
    deliverSubject: `sub.${id}.mailbox`,
    replay: scene.replay,
    inexact: [],
    createdAt: '2026-02-03T09:15:37.250Z',
    unacknowledged: scene.unacknowledged.shift() ?? (await unacknowledged(id)),
    nats: { servers: [server.host], user: server.user, inboxPrefix: '_INBOX_test' },
  });

  const subscribe = async (name: string | null) => {
    const known = [...scene.subscriptions].find(([, taken]) => name !== null && taken === name);
    const id = known?.[0] ?? randomUUID();
    scene.subscriptions.set(id, name);
    const connection = await bus();
    await (await jetstreamManager(connection)).consumers.add(stream, {
      durable_name: `sub-${id}`,
      deliver_subject: `sub.${id}.mailbox`,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: scene.ackWaitMs * 1e6,
      max_ack_pending: 16,
    });
    await connection.close();
    return answer(id);
  };

  const page = (query: URLSearchParams) => {
    const after = scene.history.findIndex(({ cursor }) => cursor === query.get('after')) + 1;
    const items = scene.history.slice(after, after + 2);
    return { items, next: after + 2 < scene.history.length ? items.at(-1)?.cursor : null };
  };

  const route = async (method: string, url: URL, body: string): Promise<[number, unknown]> => {
    const [, , area, id = '', part] = url.pathname.split('/');
    if (area === 'events') return [200, page(url.searchParams)];
    if (method === 'POST') return [201, await subscribe(JSON.parse(body).name ?? null)];
    if (!scene.subscriptions.has(id)) return [404, { code: 'subscription-not-found', detail: 'no such subscription' }];
    if (part === 'replay') scene.progress.push(JSON.parse(body).after);
    if (method === 'DELETE') scene.subscriptions.delete(id);
    return method === 'GET' ? [200, await answer(id)] : [204, undefined];
  };

  // A test may take stream and bus away while somebody still asks.
  const busFailed = (error: unknown): [number, unknown] => [503, { code: 'bus-unavailable', detail: String(error) }];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const refusal = scene.failing ?? (scene.tokens.has(token) ? undefined : 401);
    const [status, answered] = refusal
      ? [refusal, { code: 'refused', detail: 'as the test says' }]
      : await route(request.method ?? '', new URL(request.url ?? '', 'http://gateway'), body).catch(busFailed);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(answered === undefined ? undefined : JSON.stringify(answered));
  };

  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    scene,
    url: `http://127.0.0.1:${port}`,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
};
