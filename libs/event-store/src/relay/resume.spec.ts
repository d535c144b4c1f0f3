import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.ts';
import { type BusState, resume } from './resume.ts';

const published = { position: 40, part: 2 };
const checkpoint: Checkpoint = { position: 50, published, lastSequence: 9, busCreatedAt: 'then' };
const bus: BusState = { createdAt: 'then', lastSequence: 9, last: { position: 40, part: 2 } };

describe('resume', () => {
  it('goes on behind events that publish nothing when the stream holds what was published last', () => {
    expect(resume(checkpoint, bus, 60)).toEqual({ position: 50, held: null, reason: 'checkpoint' });
  });

  it('asks the stream when it holds more than was recorded, and begins within its last event', () => {
    const last = { position: 55, part: 1 };
    expect(resume(checkpoint, { ...bus, last }, 60)).toEqual({ position: 54, held: last, reason: 'stream' });
  });

  it('asks the stream when it has lost its tail, be it one part', () => {
    const last = { position: 40, part: 1 };
    expect(resume(checkpoint, { ...bus, last }, 60)).toEqual({ position: 39, held: last, reason: 'stream' });
  });

  it('asks the checkpoint when the same stream is empty because everything in it was too old', () => {
    expect(resume(checkpoint, { ...bus, last: null }, 60)).toMatchObject({ position: 50, reason: 'checkpoint' });
  });

  it('sees a stream that is empty and has lost numbers as wiped', () => {
    expect(resume(checkpoint, { ...bus, lastSequence: 8, last: null }, 60)).toEqual({ reason: 'wiped' });
    const before = { ...checkpoint, lastSequence: null };
    expect(resume(before, { ...bus, lastSequence: 8, last: null }, 60)).toMatchObject({ reason: 'checkpoint' });
  });

  it('sees another time of making as a wiped bus, whatever the stream holds', () => {
    expect(resume(checkpoint, { ...bus, createdAt: 'now' }, 60)).toEqual({ reason: 'wiped' });
    expect(resume(checkpoint, { ...bus, createdAt: 'now', last: null }, 60)).toEqual({ reason: 'wiped' });
  });

  it('takes a stream that it meets for the first time at its word, unless it is empty', () => {
    const fresh = { position: 0, published: null, lastSequence: null, busCreatedAt: null };
    expect(resume(fresh, bus, 60)).toMatchObject({ position: 39, reason: 'stream' });
    expect(resume(fresh, { ...bus, last: null }, 60)).toEqual({ reason: 'wiped' });
  });

  it('does not believe a stream that is ahead of the log', () => {
    expect(resume(checkpoint, { ...bus, last: { position: 70, part: 0 } }, 60)).toMatchObject({
      position: 50,
      reason: 'log-restored',
    });
  });
});
