import { Session } from 'node:inspector';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { leave } from '../machine/left-file.ts';

// Loaded into each of our processes before its own program: the first SIGUSR2 begins a CPU profile of the main thread,
// the next one ends it and leaves it in the folder. No ports, so that all processes can be looked at together.

const SAMPLE_EVERY_MICROS = 1_000;
const { AFTERTONE_BENCH_PROFILES: folder } = process.env;

if (isMainThread && folder !== undefined) {
  let session: Session | undefined;
  process.on('SIGUSR2', () => {
    if (session === undefined) {
      session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROS });
      session.post('Profiler.start');
      return;
    }
    const ending = session;
    session = undefined;
    ending.post('Profiler.stop', (_error, result) => {
      leave(join(folder, `${process.pid}.cpuprofile`), result?.profile ?? null);
      ending.disconnect();
    });
  });
}
