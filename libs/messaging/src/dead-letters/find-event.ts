import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import { isNotFound } from '../streams/event-stream.ts';
import type { DeadLetter } from './dead-letters.ts';

type Reference = Pick<DeadLetter, 'stream' | 'sequence' | 'subject' | 'eventId'>;

const isIt = (message: StoredMsg, { subject, eventId, stream, sequence }: Reference): boolean => {
  if (message.subject !== subject) return false;
  if (eventId === `${stream}:${sequence}`) return message.seq === sequence;
  try {
    return message.json<{ id?: unknown }>().id === eventId;
  } catch {
    return false;
  }
};

/** The event of a dead letter, if the bus still holds it: at its place, or anywhere on its subject after a wipe. */
export const findEvent = async (manager: JetStreamManager, letter: Reference): Promise<StoredMsg | null> => {
  try {
    const there = await manager.direct.getMessage(letter.stream, { seq: letter.sequence });
    if (there !== null && isIt(there, letter)) return there;
    for (let seq = 1; ; ) {
      const next = await manager.direct.getMessage(letter.stream, { seq, next_by_subj: letter.subject });
      if (next === null || isIt(next, letter)) return next;
      seq = next.seq + 1;
    }
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
};
