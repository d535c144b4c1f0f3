import { fileURLToPath } from 'node:url';
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
  servicePrograms,
} from '@aftertone/local';
import { Replica } from './replica.ts';
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
}

const workspace = fileURLToPath(new URL('../..', import.meta.url));
/** Those of `npm start` when nobody says anything. */
const settings = readSettings([], {});

/** Everything that `npm start` runs, with each part in reach of whoever wants to break it. */
export class Installation {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly servers: Servers;
  readonly replicas: Replica[] = [];
  readonly #options: InstallationOptions;
  readonly #ports: Ports;
  readonly #gatewayPort: number;
  readonly #records: WatchedRecords;

  private constructor(parts: {
    options: InstallationOptions;
    layout: Layout;
    secrets: Secrets;
    servers: Servers;
    ports: Ports;
    gatewayPort: number;
  }) {
    this.#options = parts.options;
    this.layout = parts.layout;
    this.secrets = parts.secrets;
    this.servers = parts.servers;
    this.#ports = parts.ports;
    this.#gatewayPort = parts.gatewayPort;
    this.#records = new WatchedRecords(parts.layout);
  }

  /** Starts the servers and one process of each service. */
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
      await Promise.all(SERVICES.map((service) => installation.add(service).start()));
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** Where clients reach it. */
  get url(): string {
    return `http://127.0.0.1:${this.#gatewayPort}`;
  }

  /** One more process of a service; not started yet. */
  add(service: Service): Replica {
    const port = service === 'gateway' ? this.#gatewayPort : this.#ports[service];
    const programs = servicePrograms({
      workspace,
      settings: { ...settings, port: this.#gatewayPort },
      layout: this.layout,
      ports: this.#ports,
      secrets: this.secrets,
      databases: this.servers.databases,
      bus: this.servers.bus,
      smtpUrl: this.#options.smtpUrl,
    });
    const program = programs[SERVICES.indexOf(service)];
    if (program === undefined) throw new Error(`there is no ${service}`);
    const replica = new Replica(
      service,
      port,
      { ...program, env: { ...program.env, ...this.#options.env } },
      this.#records,
    );
    this.replicas.push(replica);
    return replica;
  }

  of(service: Service): Replica {
    const found = this.replicas.find((replica) => replica.service === service);
    if (found === undefined) throw new Error(`no ${service} runs`);
    return found;
  }

  /** Folder of the checkout whose programs run. */
  get workspace(): string {
    return workspace;
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
      ...Object.fromEntries(SERVICES.map((service) => [`DATABASE_URL_${service.toUpperCase()}`, databases[service]])),
    };
  }

  async isReady(): Promise<boolean> {
    return (await Promise.all(this.replicas.map((replica) => replica.isReady()))).every(Boolean);
  }

  /** Ends everything in order; the data stays. */
  async stop(): Promise<void> {
    for (const replica of this.replicas) replica.signal('SIGCONT');
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.servers.nats.stop();
    await this.servers.postgres.stop();
  }
}
