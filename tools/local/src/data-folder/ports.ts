import { freePort, isPortFree } from '../process/ports.ts';
import { readJson, writeJson } from './json-file.ts';
import type { Layout } from './layout.ts';

const NAMES = ['postgres', 'nats', 'smtp', 'mail', 'mailbox', 'media', 'notify'] as const;

/** Ports of everything except the gateway, whose port the user chooses. */
export type Ports = Record<(typeof NAMES)[number], number>;

/** The ports of an earlier start where they are still free, so that addresses last; free ones for the rest. */
export async function choosePorts(layout: Layout, reserved: number): Promise<Ports> {
  const earlier = readJson<Partial<Ports>>(layout.ports) ?? {};
  const taken = new Set([reserved]);
  const choose = async (wanted: number | undefined): Promise<number> => {
    if (wanted !== undefined && !taken.has(wanted) && (await isPortFree(wanted))) return wanted;
    for (;;) {
      const port = await freePort();
      if (!taken.has(port)) return port;
    }
  };
  const chosen: Partial<Ports> = {};
  for (const name of NAMES) {
    const port = await choose(earlier[name]);
    taken.add(port);
    chosen[name] = port;
  }
  const ports = chosen as Ports;
  writeJson(layout.ports, ports);
  return ports;
}
