import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { leave } from '../machine/left-file.ts';

// Loaded into each of our processes before its own program: a SIGUSR2 collects all garbage and leaves in the folder how many
// bytes are in use then.

const { AFTERTONE_BENCH_HEAPS: folder } = process.env;

if (isMainThread && folder !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('SIGUSR2', () => {
    // What is finalized by the first frees more with the second.
    collect();
    setImmediate(() => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      leave(join(folder, `${process.pid}.json`), heapUsed + external);
    });
  });
}
