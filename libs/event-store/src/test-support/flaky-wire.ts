import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to Postgres that can be cut at a chosen moment. */
export interface FlakyWire {
  /** The same database through the wire. */
  url: string;
  /** Requests get through, but at the next answer the connection is cut: the caller cannot know what happened. */
  loseNextAnswer(): void;
  /** Nothing is answered any more, and nothing is refused: a host that vanished. */
  goSilent(): void;
  /** Connections are refused and existing ones cut, until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function flakyWire(databaseUrl: string): Promise<FlakyWire> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let mode: 'open' | 'lose-answer' | 'silent' = 'open';
  const server: Server = createServer((caller) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [caller, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        caller.destroy();
        upstream.end();
      });
    }
    caller.on('data', (data) => {
      if (mode !== 'silent') upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (mode === 'open') caller.write(data);
      if (mode === 'lose-answer') {
        mode = 'open';
        caller.destroy();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.href,
    loseNextAnswer: () => {
      mode = 'lose-answer';
    },
    goSilent: () => {
      mode = 'silent';
    },
    cut,
    restore: async () => {
      mode = 'open';
      if (server.listening) return;
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: cut,
  };
}
