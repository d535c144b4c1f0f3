import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived since the last report: id of the event and when, milliseconds since 1970. */
export type Arrivals = Array<[eventId: string, at: number]>;

const reportEveryMs = 50;
let arrivals: Arrivals = [];

// Whatever address of this machine it is called by; `/hang` never answers.
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url?.startsWith('/hang')) return;
    const at = performance.timeOrigin + performance.now();
    response.writeHead(204).end();
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { eventId: string } };
    arrivals.push([data.eventId, at]);
  });
});
server.keepAliveTimeout = 30_000;
server.listen(0, '0.0.0.0', () => process.send?.({ port: (server.address() as AddressInfo).port }));

setInterval(() => {
  if (arrivals.length > 0) process.send?.({ arrivals });
  arrivals = [];
}, reportEveryMs);
process.on('disconnect', () => process.exit(0));
