import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CloudEvent, eventHeaders, eventSubject, mailboxPath } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { connectBus, jetStreamTarget } from '@aftertone/messaging';
import { percentile } from '../figures.ts';
import type { BareOrder } from './bare-server.process.ts';
import type { ClientsNews, ClientsOrder } from './clients.process.ts';
import { startGateway } from './gateway.ts';

export interface DeliveryRow {
  what: string;
  deliveries: number;
  p50: number;
  p99: number;
}

interface Rate {
  seconds: number;
  perSecond: number;
}

const clients = 1_000;
const users = 40;

const start = (name: string): ChildProcess => fork(fileURLToPath(new URL(name, import.meta.url)));

const heard = async <T>(child: ChildProcess): Promise<T> => {
  const [message] = (await once(child, 'message')) as [T];
  return message;
};

const end = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
};

/** An event as a message in a global box makes it: everybody in the tenant sees it. */
const eventOf = (tenantid: string): CloudEvent => {
  const mailboxId = newId();
  return {
    specversion: '1.0',
    id: newId(),
    source: '/aftertone/bench/mailbox',
    type: 'message_created',
    subject: mailboxPath(mailboxId, 'messages', 'created'),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenantid,
    sequence: 1,
    streamversion: 1,
    correlationid: newId(),
    data: { mailboxId, reason: 'deposited', message: { callerNumber: '+33155501234', text: 'x'.repeat(800) } },
  };
};

/** Publishes one event after the other at a steady pace while the clients listen, and takes their figures. */
const measure = async (what: string, listeners: ChildProcess, rate: Rate, publish: () => Promise<void>) => {
  const round = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await Promise.all([publish(), delay(1_000 / rate.perSecond)]);
    await delay(1_000); // the last one is under way
  };
  const report = async (): Promise<Extract<ClientsNews, { lost: number }>> => {
    listeners.send('report');
    return heard(listeners);
  };
  await round(rate.perSecond);
  await report();
  await round(rate.seconds * rate.perSecond);
  const { lost, ...latencies } = await report();
  const expected = clients * rate.seconds * rate.perSecond;
  return (['sse', 'ws'] as const).map((kind): DeliveryRow => {
    const sorted = latencies[kind].sort((a, b) => a - b);
    if (lost > 0 || sorted.length !== expected) {
      throw new Error(`${what}: ${sorted.length} of ${expected} deliveries to ${kind}, ${lost} connections lost`);
    }
    const deliveries = sorted.length / rate.seconds;
    return { what: `${what}, ${kind}`, deliveries, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
  });
};

const follow = async (order: Pick<ClientsOrder, 'url' | 'tokens'>): Promise<ChildProcess> => {
  const listeners = start('./clients.process.js');
  listeners.send({ ...order, sse: clients, ws: clients, stamp: 'publishedAt' } satisfies ClientsOrder);
  await heard(listeners);
  return listeners;
};

const bare = async (rate: Rate): Promise<DeliveryRow[]> => {
  const server = start('./bare-server.process.js');
  const { port } = await heard<{ port: number }>(server);
  const listeners = await follow({ url: `http://127.0.0.1:${port}`, tokens: ['none'] });
  const rows = await measure('bare server', listeners, rate, async () => {
    server.send({ event: { ...eventOf(newId()) } } satisfies BareOrder);
  });
  await end(listeners);
  await end(server);
  return rows;
};

const ours = async (rate: Rate): Promise<DeliveryRow[]> => {
  const gateway = await startGateway(users);
  const { url, natsUrl, cell, tokens, tenantId } = gateway;
  const bus = connectBus({ url: natsUrl, name: 'bench' });
  await bus.whenUp();
  const target = jetStreamTarget({ bus, cell, service: 'mailbox', replicas: 1 });
  let [{ lastSequence }, position] = [await target.inspect(), 0];
  const listeners = await follow({ url, tokens });
  const rows = await measure('gateway', listeners, rate, async () => {
    position += 1;
    const event = eventOf(tenantId);
    const headers = { [eventHeaders.audience]: 'voicemails.global.messages.created' };
    const publishedAt = performance.timeOrigin + performance.now();
    const body = JSON.stringify({ ...event, data: { ...event.data, publishedAt } });
    const message = { subject: eventSubject(tenantId, event.subject), id: event.id, position, part: 0, headers, body };
    lastSequence = await target.publish([message], lastSequence);
  });
  await end(listeners);
  await bus.close();
  await gateway.stop();
  return rows;
};

/** From publishing on the bus to arrival at 1,000 SSE and 1,000 WebSocket clients, beside a server that only writes. */
export const benchDelivery = async ({ seconds = 6, perSecond = 5 } = {}): Promise<DeliveryRow[]> => {
  const rate = { seconds, perSecond };
  return [...(await bare(rate)), ...(await ours(rate))];
};
