import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  /** Breaks the next connections, as many as there are numbers, each after so many bytes of its answers. */
  cutAfter(...bytes: number[]): void;
  /** How many are still to be broken. */
  readonly left: number;
  close(): Promise<void>;
}

/** Stands between a client and a server, and breaks connections midway. */
export const cuttingProxy = async (target: string): Promise<CuttingProxy> => {
  const { hostname, port } = new URL(target);
  const cuts: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let given = 0;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (piece: Buffer) => {
      given += piece.length;
      const [cut] = cuts;
      if (cut !== undefined && given >= cut) {
        cuts.shift();
        client.end(piece, end);
      } else if (!client.write(piece)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (...bytes) => void cuts.push(...bytes),
    get left() {
      return cuts.length;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
