import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes as they are and gives back what comes until the server closes the connection. */
export const rawRequest = async (url: string, bytes: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  await once(socket, 'connect');
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
};
