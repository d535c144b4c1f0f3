import { existsSync } from 'node:fs';
import { layoutOf } from '../data-folder/layout.ts';
import { currentSupervisor } from '../data-folder/lock.ts';
import { ProcessRecords } from '../data-folder/process-records.ts';
import { isAlive, signal } from '../process/identity.ts';
import { waitFor } from '../process/wait.ts';

// Services, then servers, each with its grace time.
const ORDERLY_STOP_MS = 90_000;

/** Ends everything that runs on a data folder, also what a killed supervisor left behind. */
export async function stopAll(dataDir: string, say: (line: string) => void): Promise<void> {
  const layout = layoutOf(dataDir);
  if (!existsSync(layout.root)) {
    say(`There is no data folder ${layout.root}`);
    return;
  }
  const supervisor = currentSupervisor(layout);
  if (supervisor !== undefined) {
    say(`Stopping Aftertone on ${layout.root}`);
    signal(supervisor, 'SIGTERM');
    await waitFor('the supervisor to end', () => !isAlive(supervisor), { timeoutMs: ORDERLY_STOP_MS }).catch(() =>
      signal(supervisor, 'SIGKILL'),
    );
    await waitFor('the supervisor to end', () => !isAlive(supervisor), { timeoutMs: 10_000 });
  }
  const left = await new ProcessRecords(layout).endAll();
  if (left.length > 0) say(`Ended what was left behind: ${left.join(', ')}`);
  say(supervisor === undefined && left.length === 0 ? `Aftertone does not run on ${layout.root}` : 'Stopped');
}
