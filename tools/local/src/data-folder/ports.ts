import { freePort, isPortFree } from '../process/ports.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Layout } from './layout.ts';

const CELL_NAMES = ['nats', 'mailbox', 'media', 'notify'] as const;
const NAMES = ['postgres', 'smtp', 'mail', ...CELL_NAMES] as const;

/** Ports of everything except the gateway, whose port the user chooses. */
export type Ports = Record<(typeof NAMES)[number], number>;

/** Ports of what a cell beside the first has for itself. */
export type CellPorts = Record<(typeof CELL_NAMES)[number], number>;

/**
 * The ports of an earlier start where they are still free, so that addresses last; free ones for the rest.
 *
 * @param reserved ports that others are to have
 */
export const choosePorts = (layout: Layout, reserved: readonly number[]): Promise<Ports> =>
  choose(layout, NAMES, reserved);

/** The same for a cell beside the first, in its own folder. */
export const chooseCellPorts = (layout: Layout, reserved: readonly number[]): Promise<CellPorts> =>
  choose(layout, CELL_NAMES, reserved);

async function choose<Name extends string>(
  layout: Layout,
  names: readonly Name[],
  reserved: readonly number[],
): Promise<Record<Name, number>> {
  const earlier = readJson<Readonly<Record<string, number>>>(layout.ports) ?? {};
  const taken = new Set(reserved);
  const portFor = async (wanted: number | undefined): Promise<number> => {
    if (wanted !== undefined && !taken.has(wanted) && (await isPortFree(wanted))) return wanted;
    for (;;) {
      const port = await freePort();
      if (!taken.has(port)) return port;
    }
  };
  const chosen: Record<string, number> = {};
  for (const name of names) {
    const port = await portFor(earlier[name]);
    taken.add(port);
    chosen[name] = port;
  }
  const ports = chosen as Record<Name, number>;
  writeJson(layout.ports, ports);
  return ports;
}
