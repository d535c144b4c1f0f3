import { MessageLog } from '@aftertone/mailbox-svc/message-log';
import { startCount, type WritersReport } from './writers-count.ts';

/** Writers in a process of their own, as another replica: 32 of them at a time, from `begin` until `end`. */
export interface WritersOrder {
  url: string;
  kek: string;
}

const inFlight = 32;

const send = (report: WritersReport | 'ready'): void => void process.send?.(report);

const work = async (order: WritersOrder): Promise<void> => {
  const log = await MessageLog.open(order);
  let going = true;
  let counted = startCount();
  const report = (): void => {
    send(counted.end());
    counted = startCount();
  };
  process.on('message', (word) => {
    if (word === 'count') report();
    else going = false;
  });
  send('ready');
  const write = async (): Promise<void> => {
    while (going) {
      await log.write();
      counted.add();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, write));
  await log.store.close();
  process.disconnect();
};

process.once('message', (order) => void work(order as WritersOrder));
