import { once } from 'node:events';
import { closedLoop, type LoopFigures } from '../closed-loop.ts';
import { type ContenderName, contenders } from './contenders.ts';

/** What a process of its own is to write. */
export interface WriterOrder {
  name: ContenderName;
  url: string;
  inFlight: number;
  seconds: number;
}

export interface WriterReport extends LoopFigures {
  appends: number;
  /** CPU of this process while it wrote, microseconds. */
  cpuMicros: number;
}

process.once('message', async ({ name, url, inFlight, seconds }: WriterOrder) => {
  const contender = await contenders[name](url);
  process.send?.('ready');
  await once(process, 'message');
  let appends = 0;
  const before = process.cpuUsage();
  const figures = await closedLoop(
    async () => {
      await contender.once();
      appends += 1;
    },
    { inFlight, seconds },
  );
  const { user, system } = process.cpuUsage(before);
  process.send?.({ ...figures, appends, cpuMicros: user + system } satisfies WriterReport);
  // The CPU of our sessions can be looked at until we are told that it was.
  await once(process, 'message');
  await contender.close();
  process.disconnect();
});
