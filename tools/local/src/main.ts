import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildServices } from './supervisor/build.ts';
import { runCli } from './supervisor/cli.ts';
import { type Report, startInBackground } from './supervisor/detach.ts';
import { DEFAULT_DATA_DIR, readSettings } from './supervisor/settings.ts';
import { superviseUntilStopped } from './supervisor/start.ts';
import { stopAll } from './supervisor/stop.ts';

// node main.ts start|stop|cli [options]; see the README for the options of both.
const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const [command, ...args] = process.argv.slice(2);

// Whoever reads our output may go away; that is no reason to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** Tells our starter when we run in the background; harmless once it is gone. */
function report(what: Report): void {
  if (process.connected) process.send?.(what, () => undefined);
}

function say(line: string): void {
  console.log(line);
  report({ line });
}

function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => stop.abort(new Error('Stopped before it was ready')));
  }
  return stop.signal;
}

async function start(): Promise<void> {
  const settings = readSettings(args, process.env);
  const stop = stopOnSignals();
  if (settings.detach) {
    const rest = args.filter((argument) => argument !== '--detach');
    const program = fileURLToPath(import.meta.url);
    await startInBackground({ program, args: ['start', ...rest], dataDir: settings.dataDir, say, stop });
    return;
  }
  await superviseUntilStopped({
    workspace,
    settings,
    build: buildServices,
    say,
    stop,
    onReady: () => report({ ready: true }),
  });
}

async function stop(): Promise<void> {
  const { values } = parseArgs({ args, options: { 'data-dir': { type: 'string' } } });
  await stopAll(values['data-dir'] ?? DEFAULT_DATA_DIR, say);
}

try {
  if (command === 'start') await start();
  else if (command === 'stop') await stop();
  else if (command === 'cli') process.exitCode = await runCli(workspace, args);
  else throw new Error('Usage: main.ts start|stop|cli [options]');
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  report({ failed: message });
  process.exitCode = 1;
}
// What is still open (a closed connection's timer, the channel to our starter) must not keep us.
process.exit();
