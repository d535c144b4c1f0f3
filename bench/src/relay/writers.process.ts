import { MessageLog } from '@aftertone/mailbox-svc/message-log';

/** Writers in a process of their own, as another replica: 32 of them at a time, from `begin` until `end`. */
export interface WritersOrder {
  url: string;
  kek: string;
}

/** Messages written since the count was last asked for, and the seconds that took. */
export interface WritersReport {
  messages: number;
  seconds: number;
}

const inFlight = 32;

const send = (report: WritersReport | 'ready'): void => void process.send?.(report);

const work = async (order: WritersOrder): Promise<void> => {
  const log = await MessageLog.open(order);
  const state = { going: true, messages: 0, since: performance.now() };
  const report = (): void => {
    send({ messages: state.messages, seconds: (performance.now() - state.since) / 1000 });
    Object.assign(state, { messages: 0, since: performance.now() });
  };
  process.on('message', (word) => {
    if (word === 'count') report();
    else state.going = false;
  });
  send('ready');
  const write = async (): Promise<void> => {
    while (state.going) {
      await log.write();
      state.messages += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, write));
  await log.store.close();
  process.disconnect();
};

process.once('message', (order) => void work(order as WritersOrder));
