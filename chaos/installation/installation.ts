import {
  ensureSecrets,
  freePort,
  type Layout,
  layoutOf,
  type Ports,
  readSettings,
  SERVICES,
  type Secrets,
  type Service,
} from '@aftertone/local';
import { Balancer, type Front } from './balancer.ts';
import { workspace } from './previous-version.ts';
import { Replica } from './replica.ts';
import { replicaProgram } from './replica-program.ts';
import { type Servers, startServers } from './servers.ts';
import { WatchedRecords } from './watched-records.ts';

export interface InstallationOptions {
  /** Folder of all its data; made when missing. */
  folder: string;
  smtpUrl: string;
  /** Environment of every service, in addition. */
  env: Readonly<Record<string, string>>;
  /** Settings of Postgres, in addition. */
  postgres: Readonly<Record<string, string>>;
  /** Processes of each service. Several of one that is asked over HTTP have a balancer before them. */
  replicas: number;
  /** Folder of the checkout whose programs run; this one unless told. */
  workspace?: string;
}

/** Those of `npm start` when nobody says anything. */
const settings = readSettings([], {});
const OVER_HTTP = ['gateway', 'media'] as const;
/** Until the balancer has seen that a replica is ending. */
const DRAIN = { SHUTDOWN_DRAIN_MS: '3000' };

interface Parts {
  options: InstallationOptions;
  layout: Layout;
  secrets: Secrets;
  servers: Servers;
  /** At which a service is asked, whoever answers. */
  ports: Ports;
  gatewayPort: number;
}

/** Everything that `npm start` runs, with each part in reach of whoever wants to break it. */
export class Installation {
  readonly replicas: Replica[] = [];
  readonly #parts: Parts;
  readonly #records: WatchedRecords;
  #balancer: Balancer | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#records = new WatchedRecords(parts.layout);
  }

  /** Starts the servers and the processes of each service. */
  static async start(options: InstallationOptions): Promise<Installation> {
    const layout = layoutOf(options.folder);
    const secrets = ensureSecrets(layout);
    const names = ['postgres', 'nats', 'smtp', 'mail', 'mailbox', 'media', 'notify'] as const;
    const ports = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await freePort()] as const)),
    ) as Ports;
    const servers = await startServers({ layout, ports, secrets, cell: settings.cell, postgres: options.postgres });
    const gatewayPort = await freePort();
    const installation = new Installation({ options, layout, secrets, servers, ports, gatewayPort });
    try {
      await installation.#startServices();
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  get layout(): Layout {
    return this.#parts.layout;
  }

  get secrets(): Secrets {
    return this.#parts.secrets;
  }

  get servers(): Servers {
    return this.#parts.servers;
  }

  /** Where clients reach it. */
  get url(): string {
    return `http://127.0.0.1:${this.#parts.gatewayPort}`;
  }

  /** Folder of the checkout whose programs ran at first. */
  get workspace(): string {
    return this.#parts.options.workspace ?? workspace;
  }

  /** One for each media-svc. */
  get spools(): string[] {
    return this.allOf('media').map((replica) => this.spoolOf(replica));
  }

  /** Of a media-svc. */
  spoolOf({ n }: Pick<Replica, 'n'>): string {
    const { mediaSpool } = this.layout;
    return n === 1 ? mediaSpool : `${mediaSpool}-${n}`;
  }

  of(service: Service): Replica {
    const [found] = this.allOf(service);
    if (found === undefined) throw new Error(`no ${service} runs`);
    return found;
  }

  allOf(service: Service): Replica[] {
    return this.replicas.filter((replica) => replica.service === service);
  }

  /** What the operator's commands find their way by. */
  get operatorEnvironment(): NodeJS.ProcessEnv {
    const { databases, bus } = this.servers;
    return {
      ...process.env,
      AFTERTONE_CELL: settings.cell,
      AFTERTONE_KEK: this.secrets.kek,
      NATS_URL: bus.url,
      NATS_USER: bus.users.admin?.name,
      NATS_PASSWORD: bus.users.admin?.password,
      MEDIA_STORAGE_PATH: this.layout.media,
      ...this.#parts.options.env,
      ...Object.fromEntries(SERVICES.map((service) => [`DATABASE_URL_${service.toUpperCase()}`, databases[service]])),
    };
  }

  async isReady(): Promise<boolean> {
    return (await Promise.all(this.replicas.map((replica) => replica.isReady()))).every(Boolean);
  }

  /** Starts a replica that was stopped; resolves when requests reach it. */
  async bringBack(replica: Replica): Promise<void> {
    await replica.start();
    await this.#balancer?.untilUp(replica.name);
  }

  /** Ends everything in order; the data stays. */
  async stop(): Promise<void> {
    for (const replica of this.replicas) replica.signal('SIGCONT');
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.#balancer?.stop();
    await this.servers.nats.stop();
    await this.servers.postgres.stop();
  }

  async #startServices(): Promise<void> {
    const { replicas: count } = this.#parts.options;
    const numbers = Array.from({ length: count }, (_, n) => n + 1);
    for (const service of SERVICES) for (const n of numbers) this.replicas.push(await this.#make(service, n));
    if (count > 1) {
      const { layout } = this.#parts;
      const fronts = OVER_HTTP.map((name): Front => ({ name, port: this.#frontOf(name), replicas: this.allOf(name) }));
      this.#balancer = new Balancer(fronts, { layout, records: this.#records, statisticsPort: await freePort() });
      await this.#balancer.start();
    }
    await Promise.all(this.replicas.map((replica) => replica.start()));
    for (const replica of this.replicas) await this.#balancer?.untilUp(replica.name);
  }

  /** Not started yet. */
  async #make(service: Service, n: number): Promise<Replica> {
    const { options, layout, ports, secrets, servers, gatewayPort } = this.#parts;
    const isAlone = options.replicas === 1;
    const port = isAlone ? this.#frontOf(service) : await freePort();
    const programIn = (checkout: string) => {
      const program = replicaProgram(
        service,
        { n, port, spool: this.spoolOf({ n }) },
        {
          ...{ workspace: checkout, layout, ports, secrets, databases: servers.databases, bus: servers.bus },
          settings: { ...settings, port: gatewayPort },
          smtpUrl: options.smtpUrl,
        },
      );
      return { ...program, env: { ...program.env, ...(isAlone ? {} : DRAIN), ...options.env } };
    };
    return new Replica({ service, n, port, programIn, records: this.#records }, this.workspace);
  }

  #frontOf(service: Service): number {
    return service === 'gateway' ? this.#parts.gatewayPort : this.#parts.ports[service];
  }
}
