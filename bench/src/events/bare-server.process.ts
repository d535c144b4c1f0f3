import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** An event to be written to everybody now. */
export interface BareOrder {
  event: Record<string, unknown>;
}

// The least that any server must do: write the same bytes to every socket.
const streams = new Set<ServerResponse>();
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 2000\nid: c\n\n');
  streams.add(response);
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.once('message', () => socket.send('{"op":"subscribed","id":"bench","cursor":"c"}'));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on('message', ({ event }: BareOrder) => {
  const text = JSON.stringify({ ...event, publishedAt: performance.timeOrigin + performance.now() });
  const frame = Buffer.from(`id: c\nevent: message_created\ndata: ${text}\n\n`);
  const message = Buffer.from(`{"op":"event","id":"bench","cursor":"c","event":${text}}`);
  for (const stream of streams) stream.write(frame);
  for (const socket of sockets.clients) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message, { binary: false });
  }
});
process.on('disconnect', () => process.exit(0));
