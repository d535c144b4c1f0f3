import { join } from 'node:path';
import type { LoopFigures } from '../closed-loop.ts';
import type { Installation } from '../installation/installation.ts';
import { ask } from '../load/ask.ts';
import type { RawOrder } from './raw-keeper.process.ts';

/** As many threads work on files as Node has by default; fewer would be less than anybody has. */
const USUAL_THREADS = 4;

/**
 * The least that any voicemail must do to keep a message: write and fsync the file, commit one row, into the database
 * and onto the disk of the installation. In a process of its own with a thread and a database session for each that is
 * in flight: with Node's four threads for files it would be the threads that are measured, not the machine.
 */
export const rawKeeper = (
  { servers, dataDir }: Installation,
  order: Pick<RawOrder, 'audio' | 'inFlight' | 'seconds'>,
): Promise<LoopFigures> =>
  ask(
    new URL('./raw-keeper.process.js', import.meta.url),
    { ...order, folder: join(dataDir, 'raw'), databaseUrl: servers.database('mailbox') } satisfies RawOrder,
    { UV_THREADPOOL_SIZE: String(Math.max(order.inFlight, USUAL_THREADS)) },
  );
