import type { EventCodec } from '@aftertone/event-store';
import { type MessageFacts, openWork, type Work } from './message.ts';

/** Shape 1: before teams worked on messages. A process of that version may still write it, with or without work. */
type Facts1 = Omit<MessageFacts, keyof Work> & Partial<Work>;

const facts2 = (facts: Facts1): MessageFacts => ({ ...openWork, ...facts });

/** Events that hold the message after them. */
export const withCaller: EventCodec = {
  schemaVersion: 2,
  upcasters: [(data: { message: Facts1 }) => ({ ...data, message: facts2(data.message) })],
  sealed: ['caller'],
};

/** The purge holds the message before it, and no caller. */
export const withoutCaller: EventCodec = {
  schemaVersion: 2,
  upcasters: [(data: { was: Facts1 | null }) => ({ ...data, was: data.was && facts2(data.was) })],
};
