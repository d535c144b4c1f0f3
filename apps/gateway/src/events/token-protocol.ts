import type { IncomingMessage } from 'node:http';
import { tokenProtocol } from './socket-messages.ts';

/**
 * Browsers cannot set headers on a WebSocket: one that offers the protocol `aftertone.bearer.<token>` is served as if it had
 * sent `Authorization`. A token in the URL would be in the logs of every proxy.
 */
export const bearerFromProtocol = ({ headers }: IncomingMessage): void => {
  if (headers.authorization !== undefined || headers['x-auth-token'] !== undefined) return;
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const token = offered.find((protocol) => protocol.startsWith(tokenProtocol))?.slice(tokenProtocol.length);
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
};
