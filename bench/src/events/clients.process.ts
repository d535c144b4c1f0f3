import { get } from 'node:http';
import { WebSocket } from 'ws';

/** What the process is asked for. */
export interface ClientsOrder {
  url: string;
  tokens: string[];
  sse: number;
  ws: number;
  /** Property of the event that says when it began, milliseconds since 1970. */
  stamp: string;
}

/** What it says: that all follow, and on `report` how long each delivery took, milliseconds. */
export type ClientsNews = { ready: true } | { sse: number[]; ws: number[]; lost: number };

const now = (): number => performance.timeOrigin + performance.now();
const latencies = { sse: [] as number[], ws: [] as number[] };
let lost = 0;
let stamped = /^/g;

const take = (kind: keyof typeof latencies, text: string): void => {
  const at = now();
  for (const [, stamp] of text.matchAll(stamped)) latencies[kind].push(at - Number(stamp));
};

const followSse = (url: string, token: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${url}/v1/events?types=message_created`, { headers, agent: false }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const text = rest + chunk;
        const end = text.lastIndexOf('\n\n') + 2;
        take('sse', text.slice(0, end));
        rest = text.slice(end);
        resolve(); // its first bytes say where it begins
      });
      response.on('close', () => {
        lost += 1;
      });
    }).once('error', reject);
  });

const followWs = (url: string, token: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/events/ws`, ['aftertone.events.v1'], { headers });
    socket.once('error', reject);
    socket.once('open', () => socket.send('{"op":"subscribe","id":"bench","types":["message_created"]}'));
    socket.on('close', () => {
      lost += 1;
    });
    socket.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('{"op":"subscribed"')) resolve();
      else take('ws', text);
    });
  });

const inTurn = async (count: number, open: (n: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await open(n);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
};

process.on('message', async (order: ClientsOrder | 'report') => {
  if (order === 'report') {
    process.send?.({ ...latencies, lost } satisfies ClientsNews);
    latencies.sse = [];
    latencies.ws = [];
    return;
  }
  stamped = new RegExp(`"${order.stamp}":"?([\\d.]+)`, 'g');
  const tokenOf = (n: number): string => order.tokens[n % order.tokens.length] ?? '';
  await inTurn(order.sse, (n) => followSse(order.url, tokenOf(n)));
  await inTurn(order.ws, (n) => followWs(order.url, tokenOf(n)));
  process.send?.({ ready: true } satisfies ClientsNews);
});
process.on('disconnect', () => process.exit(0));
