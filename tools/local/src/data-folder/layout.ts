import { join, resolve } from 'node:path';

/** Where everything lies in a data folder. All paths are absolute. */
export interface Layout {
  root: string;
  logs: string;
  postgres: string;
  nats: string;
  mail: string;
  media: string;
  mediaSpool: string;
  /** Written for people and tools: addresses, tokens, users of the demo tenant. */
  demo: string;
  secrets: string;
  ports: string;
  /** Who supervises this folder now. */
  lock: string;
  /** The programs that the supervisor started. */
  processes: string;
}

export function layoutOf(dataDir: string): Layout {
  const root = resolve(dataDir);
  const at = (name: string): string => join(root, name);
  return {
    root,
    logs: at('logs'),
    postgres: at('postgres'),
    nats: at('nats'),
    mail: at('mail'),
    media: at('media'),
    mediaSpool: at('media-spool'),
    demo: at('demo.json'),
    secrets: at('secrets.json'),
    ports: at('ports.json'),
    lock: at('supervisor.json'),
    processes: at('processes.json'),
  };
}

export function logFile(layout: Layout, program: string): string {
  return join(layout.logs, `${program}.log`);
}
