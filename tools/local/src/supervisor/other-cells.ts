import { join } from 'node:path';
import { type Layout, layoutOf } from '../data-folder/layout.ts';
import { type CellPorts, chooseCellPorts } from '../data-folder/ports.ts';
import { SERVICES, type Service } from '../data-folder/secrets.ts';
import type { BusAccess } from './bus-access.ts';
import type { DatabaseUrls } from './databases.ts';

/** A cell beside the first: a bus, databases, recordings and services of its own, behind the same gateway. */
export interface OtherCell {
  name: string;
  /** Its own folder, inside of the installation's. */
  layout: Layout;
  ports: CellPorts;
}

/** One of them with its servers running. */
export interface ServedCell extends OtherCell {
  databases: DatabaseUrls;
  bus: BusAccess;
}

/** The gateway is in front of the cells. */
export const CELL_SERVICES: readonly Service[] = SERVICES.filter((service) => service !== 'gateway');

/** Makes room for the cells of an installation. `reserved`: ports that others are to have. */
export async function prepareCells(
  layout: Layout,
  names: readonly string[],
  reserved: readonly number[],
): Promise<OtherCell[]> {
  const cells: OtherCell[] = [];
  const taken = [...reserved];
  for (const name of names) {
    const own = layoutOf(join(layout.root, 'cells', name));
    const ports = await chooseCellPorts(own, taken);
    taken.push(...Object.values(ports));
    cells.push({ name, layout: own, ports });
  }
  return cells;
}

/** The gateway's setting for these cells. */
export const cellsSetting = (cells: readonly ServedCell[], mediaUrl: (port: number) => string): string =>
  JSON.stringify(
    Object.fromEntries(
      cells.map(({ name, ports, bus }) => [
        name,
        { NATS_URL: bus.url, MEDIA_URL: mediaUrl(ports.media), ...bus.directLogins },
      ]),
    ),
  );
