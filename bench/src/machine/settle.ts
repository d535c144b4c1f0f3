import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Has the disk take what is still to be written, so that nobody's next figure pays for what was measured before. */
export const settle = async (): Promise<void> => {
  await run('sync');
};
