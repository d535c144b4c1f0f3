import type { EventStore } from '@aftertone/event-store';
import type { Session } from '../access/session.ts';
import type { Stoppable } from '../background/repeatedly.ts';
import type { Cell, Cells } from '../cells/cells.ts';
import type { DirectConnection } from './bus-access.ts';
import { type BusAccessParts, makeBusAccess, type RunningBusAccess } from './make-bus-access.ts';

/** Access to the bus of each cell for other software. Cells are named as tenants name them: null is the gateway's own. */
export class AccessToBuses {
  private readonly cells: Pick<Cells, 'of'>;
  private readonly running: ReadonlyMap<Cell, RunningBusAccess>;

  constructor(cells: Pick<Cells, 'of'>, running: ReadonlyMap<Cell, RunningBusAccess>) {
    this.cells = cells;
    this.running = running;
  }

  /** Throws `bus-access-off` (rejected). */
  requireOn(cell: string | null): void {
    this.in(cell).requireOn();
  }

  /** Makes the log-in of a token ready on that cell's bus. Throws as `BusAccess.register` does. */
  async register(cell: string | null, session: Pick<Session, 'tokenId'>, tokenText: string): Promise<DirectConnection> {
    return this.in(cell).register(session, tokenText);
  }

  start(store: EventStore): Stoppable[] {
    return [...this.running.values()].flatMap((one) => one.start(store));
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((one) => one.close()));
  }

  private in(name: string | null): RunningBusAccess['access'] {
    const running = this.running.get(this.cells.of(name));
    if (running === undefined) throw new Error(`nobody lets anybody onto the bus of ${name}`);
    return running.access;
  }
}

export const accessToBuses = ({ cells, ...parts }: Omit<BusAccessParts, 'cell'> & { cells: Cells }): AccessToBuses =>
  new AccessToBuses(cells, new Map(cells.all.map((cell) => [cell, makeBusAccess({ ...parts, cell })])));
