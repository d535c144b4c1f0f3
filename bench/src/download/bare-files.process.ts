import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

// The least that a server in Node does to hand out a file: its length, and its bytes as a stream.
const [, , file = ''] = process.argv;
const server = createServer(async (_request, response) => {
  const { size } = await stat(file);
  response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': size });
  await pipeline(createReadStream(file), response).catch(() => undefined); // whoever reads may leave
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
