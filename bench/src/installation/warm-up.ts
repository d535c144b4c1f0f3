import { allAnswered, load } from '../load/load.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { settle } from '../machine/settle.ts';
import type { Installation } from './installation.ts';

const SECONDS = 30;
const IN_FLIGHT = 32;

/**
 * Some thousand deposits: V8 optimises code after it has run that often, and services are started for days and not for
 * the first of their messages. Fresh ones take about half as long again.
 */
export const warmUp = async (installation: Installation): Promise<void> => {
  const mailboxes: string[] = [];
  while (mailboxes.length < 20) mailboxes.push(await installation.newMailbox());
  const requests = depositRequests(installation, mailboxes, recording(2));
  const order = { url: installation.url, requests, pace: { inFlight: IN_FLIGHT }, seconds: SECONDS, warmUpSeconds: 0 };
  allAnswered(await load(order), 201);
  await settle();
};
