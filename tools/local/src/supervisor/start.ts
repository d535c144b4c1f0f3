import { type Layout, layoutOf } from '../data-folder/layout.ts';
import { takeLock } from '../data-folder/lock.ts';
import { choosePorts } from '../data-folder/ports.ts';
import { ProcessRecords } from '../data-folder/process-records.ts';
import { ensureSecrets } from '../data-folder/secrets.ts';
import { ensureDemo } from '../demo/demo.ts';
import { describeDemo, describeWithoutDemo } from '../demo/describe.ts';
import { isPortFree } from '../process/ports.ts';
import type { Build } from './build.ts';
import { prepareCells } from './other-cells.ts';
import { Platform } from './platform.ts';
import { publicUrl } from './services.ts';
import { BadSettings, type Settings } from './settings.ts';

export interface StartOptions {
  workspace: string;
  settings: Settings;
  build: Build;
  say: (line: string) => void;
  /** Aborted when everything is to stop, also half-way through the start. */
  stop: AbortSignal;
  /** Called once everything serves, after the last line was said. */
  onReady: () => void;
}

/**
 * Runs one installation: starts it, keeps it running until `stop` is aborted, and ends all of it before it returns.
 * Throws what kept it from coming up, `stop`'s reason when it was interrupted before it was ready; nothing runs then either.
 */
export async function superviseUntilStopped(options: StartOptions): Promise<void> {
  const { settings, say, stop } = options;
  const layout = layoutOf(settings.dataDir);
  const lock = takeLock(layout, publicUrl(settings.port));
  try {
    const records = new ProcessRecords(layout);
    const ended = await records.endAll();
    if (ended.length > 0) say(`Ended what an earlier run left behind: ${ended.join(', ')}`);
    await requireFreePort(settings.port);
    const ports = await choosePorts(layout, [settings.port]);
    const platform = new Platform({
      ...options,
      layout,
      records,
      ports,
      otherCells: await prepareCells(layout, settings.otherCells, [settings.port, ...Object.values(ports)]),
      secrets: ensureSecrets(layout),
    });
    try {
      await comeUp(platform, options, layout);
      await aborted(stop);
      say('Stopping');
    } finally {
      await platform.stop();
    }
  } finally {
    lock.release();
  }
}

async function comeUp(platform: Platform, options: StartOptions, layout: Layout): Promise<void> {
  const { settings, say, stop, onReady } = options;
  const addresses = await platform.start(stop);
  const secrets = ensureSecrets(layout);
  if (settings.demo) {
    say('Preparing the demo tenant');
    const demo = await ensureDemo({ file: layout.demo, addresses, administratorPassword: secrets.administrator, stop });
    say(describeDemo(demo, layout));
  } else {
    say(describeWithoutDemo(addresses, layout));
  }
  stop.throwIfAborted();
  say(`Aftertone is ready: ${addresses.url}`);
  onReady();
}

async function requireFreePort(port: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new BadSettings(
    `Port ${port} is in use by another program. End that, or choose another port: npm start -- --port ${port + 1}`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
