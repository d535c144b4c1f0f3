import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnNats } from '@aftertone/testing';
import type { Healed } from './fault-log.ts';

/** Kills the server and starts it again after so long. */
export async function outage(nats: OwnNats, ms: number, healed: Healed): Promise<void> {
  await nats.kill();
  await delay(ms);
  healed();
  await nats.start();
}

/** Messages of a stream as they lie on the disk; what consumers have acknowledged lies beside them and is not touched. */
const messagesOf = (nats: OwnNats, stream: string): string => {
  const folder = join(nats.dataDir, 'jetstream', 'jetstream', 'AFTERTONE', 'streams', stream, 'msgs');
  if (!existsSync(folder)) throw new Error(`the server keeps ${stream} elsewhere than in ${folder}`);
  return folder;
};

/** A copy of a stream as it is now, to be given back to the server later. */
export async function copyOf(nats: OwnNats, stream: string): Promise<string> {
  const copy = join(nats.dataDir, `${stream}.copy`);
  await nats.kill();
  cpSync(messagesOf(nats, stream), copy, { recursive: true });
  await nats.start();
  return copy;
}

/** Takes from a stream all that came since the copy. Its consumers have acknowledged what is not there any more. */
export async function cutTail(nats: OwnNats, stream: string, copy: string): Promise<void> {
  await nats.kill();
  const folder = messagesOf(nats, stream);
  rmSync(folder, { recursive: true });
  cpSync(copy, folder, { recursive: true });
  await nats.start();
}
