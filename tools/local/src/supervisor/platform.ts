import { join } from 'node:path';
import { type Layout, logFile } from '../data-folder/layout.ts';
import type { Ports } from '../data-folder/ports.ts';
import type { ProcessRecords } from '../data-folder/process-records.ts';
import type { Secrets } from '../data-folder/secrets.ts';
import { mailCatcherProgram } from '../mail/program.ts';
import { locateNats, type NatsSource } from '../nats/locate.ts';
import { natsProgram, usersFilesOf } from '../nats/program.ts';
import { hasCallout, natsVersion } from '../nats/version.ts';
import { postgresProgram } from '../postgres/program.ts';
import type { Program } from '../process/program.ts';
import type { Build } from './build.ts';
import type { BusAccess } from './bus-access.ts';
import { calloutKeys, ownBus, ownDirectLogins, subscriberAddress } from './bus-access.ts';
import { busUsers, systemUser } from './bus-users.ts';
import { type DatabaseUrls, ensureDatabases } from './databases.ts';
import { Keeper } from './keeper.ts';
import { CELL_SERVICES, type OtherCell, type ServedCell } from './other-cells.ts';
import { cellPrograms, publicUrl, servicePrograms } from './services.ts';
import type { Settings } from './settings.ts';

export interface PlatformOptions {
  workspace: string;
  settings: Settings;
  layout: Layout;
  ports: Ports;
  secrets: Secrets;
  records: ProcessRecords;
  /** Cells beside that of `settings`. */
  otherCells: readonly OtherCell[];
  /** Makes the services ready to start. */
  build: Build;
  say: (line: string) => void;
}

/** Where the running parts are. */
export interface Addresses {
  url: string;
  /** With the credentials of a user who may subscribe to everything. */
  natsUrl: string;
  /** Pages of the mail catcher; null when mail goes to a server that was given. */
  mailUrl: string | null;
}

const KEPT_MAILS = 1000;

/** Later parts use earlier ones, so they end in the opposite order. */
const STAGES = ['postgres', 'nats', 'mail', 'services'] as const;

/** All programs of one installation: servers, mail catcher and services. */
export class Platform {
  private readonly options: PlatformOptions;
  private readonly kept: { stage: (typeof STAGES)[number]; keeper: Keeper }[] = [];
  private readonly failing = new AbortController();

  constructor(options: PlatformOptions) {
    this.options = options;
  }

  /** Starts everything and resolves when it serves. Throws what went wrong first; `stop` is then still to be called. */
  async start(interrupted: AbortSignal): Promise<Addresses> {
    const interrupt = (): void => this.failing.abort(interrupted.reason);
    interrupted.addEventListener('abort', interrupt);
    try {
      return await this.startAll();
    } catch (error) {
      interrupted.throwIfAborted();
      throw error;
    } finally {
      // From here on an interrupt is an order to stop, which `stop` carries out part by part.
      interrupted.removeEventListener('abort', interrupt);
    }
  }

  /** Ends everything in order, whatever state it is in. */
  async stop(): Promise<void> {
    for (const stage of [...STAGES].reverse()) {
      const keepers = this.kept.filter((entry) => entry.stage === stage);
      await Promise.all(keepers.map(({ keeper }) => keeper.stop()));
    }
  }

  private async startAll(): Promise<Addresses> {
    const { settings, say, workspace, layout, build } = this.options;
    const builds = settings.build ? ' and building the services (the first time takes a minute)' : '';
    say(`Starting servers${builds}`);
    const [databases, buses, mail] = await this.together([
      this.startDatabases(),
      this.startBuses(),
      this.startMail(),
      settings.build ? build(workspace, layout, this.failing.signal) : undefined,
    ]);
    say('Starting the services');
    const bus = buses.own;
    const otherCells = await this.prepareCells(buses.others);
    const around = { ...this.options, databases, bus, smtpUrl: mail.smtpUrl, otherCells };
    const programs = [servicePrograms(around), ...otherCells.map((cell) => cellPrograms(around, cell))].flat();
    await this.together(programs.map((program) => this.keep('services', program)));
    return { url: publicUrl(settings.port), natsUrl: subscriberAddress(bus), mailUrl: mail.mailUrl };
  }

  private async startDatabases(): Promise<DatabaseUrls> {
    const { settings, layout, ports, secrets } = this.options;
    if (settings.databases !== undefined) return settings.databases;
    const server = { port: ports.postgres, password: secrets.postgres };
    const program = await postgresProgram({
      ...server,
      dataDir: layout.postgres,
      logFile: logFile(layout, 'postgres'),
      durable: true,
    });
    await this.keep('postgres', program);
    return ensureDatabases(server, secrets.databases);
  }

  /** Databases of the other cells, on the same server. */
  private async prepareCells(buses: ReadonlyMap<OtherCell, BusAccess>): Promise<ServedCell[]> {
    const { ports, secrets } = this.options;
    const server = { port: ports.postgres, password: secrets.postgres };
    const served: ServedCell[] = [];
    for (const [cell, bus] of buses) {
      const scope = { cell: cell.name, services: CELL_SERVICES };
      served.push({ ...cell, bus, databases: await ensureDatabases(server, secrets.databases, scope) });
    }
    return served;
  }

  /** Each cell has a bus of its own: streams of two cells hold the same subjects. */
  private async startBuses(): Promise<{ own: BusAccess; others: ReadonlyMap<OtherCell, BusAccess> }> {
    const { settings, layout, ports, workspace, say, otherCells } = this.options;
    if (settings.bus !== undefined) return { own: settings.bus, others: new Map() };
    const source = await locateNats({
      cacheDir: join(workspace, '.cache', 'nats'),
      image: settings.natsImage,
      ...(settings.natsProgram === undefined ? {} : { program: settings.natsProgram }),
      say,
      signal: this.failing.signal,
    });
    const own = { name: settings.cell, layout, ports };
    const startOther = async (cell: OtherCell) => [cell, await this.startBus(source, cell, `-${cell.name}`)] as const;
    const [first, others] = await this.together([
      this.startBus(source, own, ''),
      Promise.all(otherCells.map(startOther)),
    ]);
    return { own: first, others: new Map(others) };
  }

  private async startBus(
    source: NatsSource,
    { name: cell, layout, ports }: OtherCell,
    suffix: string,
  ): Promise<BusAccess> {
    const { secrets } = this.options;
    const users = busUsers(cell, secrets.bus);
    const byCallout = hasCallout(await natsVersion(source));
    const program = natsProgram({
      source,
      dataDir: layout.nats,
      logFile: logFile(layout, 'nats-server'),
      port: ports.nats,
      users,
      directLogins: {
        system: systemUser(secrets.busSystem),
        ...(byCallout ? { callout: calloutKeys(secrets) } : {}),
      },
    });
    await this.keep('nats', { ...program, name: `${program.name}${suffix}` });
    if (byCallout) return ownBus(ports.nats, secrets.bus, ownDirectLogins(ports.nats, secrets, undefined));
    // Nobody signals a server inside of a container: an old one there has no direct log-ins.
    const files = 'binary' in source ? usersFilesOf(layout.nats) : undefined;
    return ownBus(ports.nats, secrets.bus, files && ownDirectLogins(ports.nats, secrets, files));
  }

  private async startMail(): Promise<{ smtpUrl: string; mailUrl: string | null }> {
    const { settings, layout, ports } = this.options;
    if (settings.smtpUrl !== undefined) return { smtpUrl: settings.smtpUrl, mailUrl: null };
    const program = mailCatcherProgram({
      folder: layout.mail,
      logFile: logFile(layout, 'mail-catcher'),
      smtpPort: ports.smtp,
      httpPort: ports.mail,
      keep: KEPT_MAILS,
    });
    await this.keep('mail', program);
    return { smtpUrl: `smtp://127.0.0.1:${ports.smtp}`, mailUrl: publicUrl(ports.mail) };
  }

  private async keep(stage: (typeof STAGES)[number], program: Program): Promise<void> {
    this.failing.signal.throwIfAborted();
    const keeper = new Keeper(program, this.options);
    this.kept.push({ stage, keeper });
    this.failing.signal.addEventListener('abort', () => void keeper.stop(), { once: true });
    await keeper.start();
  }

  /** Waits for all; the first failure interrupts the others and is thrown when all have ended. */
  private async together<T extends readonly unknown[] | []>(
    parts: T,
  ): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
    const all = Promise.all(parts);
    await all.catch((error: unknown) => this.failing.abort(error));
    await Promise.allSettled(parts);
    return all;
  }
}
