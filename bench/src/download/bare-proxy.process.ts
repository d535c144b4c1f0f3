import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

// The least that a server in Node does to pass on what another one answers: the head, and the body as a stream.
const [, , target = ''] = process.argv;
const agent = new Agent({ keepAlive: true });
const server = createServer((_request, response) => {
  get(target, { agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, { 'content-length': answer.headers['content-length'] });
    answer.pipe(response);
  }).on('error', () => response.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
