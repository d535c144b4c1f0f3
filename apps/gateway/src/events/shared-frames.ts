import { Buffer } from 'node:buffer';
import type { CloudEvent } from '@aftertone/contracts';

const texts = new WeakMap<CloudEvent, string>();

/** An event as JSON, written once however many get it. */
export const textOf = (event: CloudEvent): string => {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(event);
  texts.set(event, text);
  return text;
};

/** Makes the bytes that carry an event. `name` is what else is in them. */
export type FrameOf = (event: CloudEvent, cursor: string, name: string) => Buffer;

/** A live event goes to all its subscribers in one turn: those whose frame is the same get the same bytes. */
export const sharedFrames = (write: FrameOf): FrameOf => {
  let last: { event: CloudEvent; cursor: string; name: string; frame: Buffer } | undefined;
  return (event, cursor, name) => {
    if (last === undefined || last.event !== event || last.cursor !== cursor || last.name !== name) {
      last = { event, cursor, name, frame: write(event, cursor, name) };
    }
    return last.frame;
  };
};
