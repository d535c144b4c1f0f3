import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keeper, type Layout, logFile, waitFor } from '@aftertone/local';
import type { WatchedRecords } from './watched-records.ts';

const HAPROXY = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path));

/** Why nothing can stand before several replicas here; undefined when it can. */
export const missingBalancer = (): string | undefined =>
  HAPROXY === undefined ? 'haproxy is not installed (Debian: apt-get install haproxy)' : undefined;

/** One address for several replicas of a service. */
export interface Front {
  name: string;
  port: number;
  replicas: readonly { name: string; port: number }[];
}

/** Spreads requests over the replicas that say that they are ready, and never asks twice by itself. */
export class Balancer {
  readonly #statisticsPort: number;
  readonly #keeper: Keeper;

  constructor(fronts: readonly Front[], parts: { layout: Layout; records: WatchedRecords; statisticsPort: number }) {
    const { layout, records, statisticsPort } = parts;
    const file = join(layout.root, 'haproxy.cfg');
    writeFileSync(file, configurationOf(fronts, statisticsPort));
    this.#statisticsPort = statisticsPort;
    const program = {
      name: 'haproxy',
      command: HAPROXY ?? 'haproxy',
      args: ['-db', '-f', file],
      env: process.env,
      logFile: logFile(layout, 'haproxy'),
      isReady: async () => (await this.#states()).size > 0,
      readyTimeoutMs: 30_000,
      stopSignal: 'SIGTERM' as const,
      graceMs: 5_000,
    };
    this.#keeper = new Keeper(program, { records, say: () => undefined });
  }

  start(): Promise<void> {
    return this.#keeper.start();
  }

  stop(): Promise<void> {
    return this.#keeper.stop();
  }

  /** Resolves when it sends requests to the replica, if it is one that it knows. */
  async untilUp(name: string): Promise<void> {
    const isUp = async (): Promise<boolean> => ((await this.#states()).get(name) ?? 'UP').startsWith('UP');
    await waitFor(`haproxy to use ${name}`, isUp, { timeoutMs: 60_000 });
  }

  /** What it thinks of each replica, by name: `UP`, `DOWN`, … */
  async #states(): Promise<Map<string, string>> {
    const url = `http://127.0.0.1:${this.#statisticsPort}/statistics;csv`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const [head = '', ...lines] = (await answer.text()).trim().split('\n');
    const names = head.replace(/^# /, '').split(',');
    const [server, status] = [names.indexOf('svname'), names.indexOf('status')];
    return new Map(lines.map((line) => line.split(',')).map((cells) => [cells[server] ?? '', cells[status] ?? '']));
  }
}

/** Asked for readiness as a kubelet does, only more often: two refusals and nobody is sent there any more. */
const configurationOf = (fronts: readonly Front[], statisticsPort: number): string => `
global
  nbthread 1
defaults
  mode http
  balance leastconn
  retries 0
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  timeout tunnel 1h
  timeout check 5s
  option httpchk GET /readyz
  default-server check inter 250ms fall 2 rise 1
${fronts.map(sectionOf).join('')}
frontend statistics
  bind 127.0.0.1:${statisticsPort}
  stats enable
  stats uri /statistics
`;

const sectionOf = ({ name, port, replicas }: Front): string => `
listen ${name}
  bind 127.0.0.1:${port}
${replicas.map((replica) => `  server ${replica.name} 127.0.0.1:${replica.port}\n`).join('')}`;
