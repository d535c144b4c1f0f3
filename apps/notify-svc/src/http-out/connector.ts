import type { LookupFunction, Socket } from 'node:net';
import { isIP, isIPv6 } from 'node:net';
import { getCACertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { MayConnect } from './address-rules.ts';

/** The host is, or its name leads to, an address that must not be called. */
export class ForbiddenAddress extends Error {}

export interface ConnectorOptions {
  mayConnect: MayConnect;
  resolve(host: string): Promise<string[]>;
  timeoutMs: number;
  /** PEM of a certificate to trust besides the system's. */
  extraCa?: string | undefined;
}

/**
 * Connects to allowed addresses only. What is checked is what is connected to: a literal address as it stands, a name in
 * the very look-up that the socket connects by, so that a name cannot lead elsewhere between check and connection.
 */
export const checkedConnector = ({ mayConnect, resolve, timeoutMs, extraCa }: ConnectorOptions) => {
  const open = new Set<Socket>();
  const allowedAddresses = async (host: string) => {
    const addresses = (await resolve(host)).filter(mayConnect);
    if (addresses.length === 0) throw new ForbiddenAddress();
    return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  };
  const lookup: LookupFunction = (host, options, callback) => {
    allowedAddresses(host).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error) => callback(error, ''),
    );
  };
  const ca = extraCa === undefined ? {} : { ca: [...getCACertificates('default'), extraCa] };
  const connect = buildConnector({ allowH2: false, timeout: timeoutMs, autoSelectFamily: true, lookup, ...ca });

  const connector: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !mayConnect(host)) {
      process.nextTick(callback, new ForbiddenAddress(), null);
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      callback(null, socket);
    });
  };
  return { connector, openConnections: () => open.size };
};
