import { type DomainError, invalid, unavailable } from '@aftertone/kernel';
import { type Bus, connectBus, RpcClient } from '@aftertone/messaging';
import type { Logger } from '@aftertone/platform';
import type { Config } from '../config.ts';
import { MediaClient } from '../messages/media/media-client.ts';
import { settingsIn } from './cell-settings.ts';

const mediaTimeoutMs = 10_000;

/** The services of one cell as the gateway reaches them. Each cell has a bus of its own (docs/decisions/0043). */
export interface Cell {
  readonly name: string;
  /** The gateway's settings as they are for this cell. */
  readonly config: Config;
  readonly bus: Bus;
  readonly client: RpcClient;
  readonly media: MediaClient;
  /** A durable, relay or election of this cell: as it is called in the gateway's own, the others add theirs. */
  own(name: string): string;
}

const notServed = (cell: string): DomainError =>
  unavailable('service-unavailable', 'This gateway does not serve the cell of the tenant', { cell });

/** The gateway's own cell and those that it serves beside it. */
export class Cells {
  readonly home: Cell;
  readonly all: readonly Cell[];
  private readonly byName: ReadonlyMap<string, Cell>;

  constructor(home: Cell, others: readonly Cell[]) {
    this.home = home;
    this.all = [home, ...others];
    this.byName = new Map(this.all.map((cell) => [cell.name, cell]));
  }

  /** The cell of a tenant; null is the gateway's own. Throws `service-unavailable` for one that is not (any more) served. */
  of(name: string | null): Cell {
    const cell = name === null ? this.home : this.byName.get(name);
    if (cell === undefined) throw notServed(name ?? '');
    return cell;
  }

  /** A cell for a new tenant. Throws `unknown-cell`. */
  named(name: string): Cell {
    const cell = this.byName.get(name);
    if (cell !== undefined) return cell;
    const errors = [{ path: 'cell', message: `must be one of ${[...this.byName.keys()].join(', ')}` }];
    throw invalid('unknown-cell', 'There is no such cell', { errors });
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ bus }) => bus.close()));
    for (const { media } of this.all) media.close();
  }
}

const openCell = (config: Config, home: string, logger: Logger): Cell => {
  const name = config.AFTERTONE_CELL;
  const { NATS_URL: url, NATS_USER: user, NATS_PASSWORD: password } = config;
  const log = name === home ? logger : logger.child({ cell: name });
  const bus = connectBus({ url, user, password, name: 'gateway', log });
  return {
    name,
    config,
    bus,
    client: new RpcClient({ bus, cell: name }),
    media: new MediaClient({ url: config.MEDIA_URL, secret: config.MEDIA_GRANT_SECRET, timeoutMs: mediaTimeoutMs }),
    own: (what) => (name === home ? what : `${what}-${name}`),
  };
};

/** Connects to every cell, in the background: one that is away keeps no other waiting. */
export const openCells = (config: Config, logger: Logger): Cells => {
  const { AFTERTONE_CELL: home, AFTERTONE_CELLS: others } = config;
  const open = (own: Config): Cell => openCell(own, home, logger);
  return new Cells(
    open(config),
    Object.entries(others).map(([name, settings]) => open(settingsIn(config, name, settings))),
  );
};
