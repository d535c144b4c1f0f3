import { isDeepStrictEqual } from 'node:util';
import type { Actor, Greeting, GreetingActivation, GreetingKind, VoiceContent } from '@aftertone/contracts';
import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { requireUsable } from '../audio/usable-audio.ts';
import { mailboxNotFound } from '../mailboxes/permission.ts';
import {
  earlierAfter,
  everyGreeting,
  evolve,
  type GreetingEvent,
  type Greetings,
  greetingOf,
  type KeptGreeting,
  noGreetings,
  tooMany,
} from './greetings.ts';

interface OfKind {
  kind: GreetingKind;
  /** Of the greeting, as the caller saw it. */
  ifVersion?: number | undefined;
}

/** Who records. */
type By = Pick<Actor, 'kind' | 'id'>;

export type GreetingCommand =
  | Command<'RecordGreeting', OfKind & { recordingId: string; voice: VoiceContent; storedAt: string; by: By }>
  | Command<'CopyGreeting', OfKind & { to: GreetingKind; recordingId: string; by: By }>
  | Command<'RestoreGreeting', OfKind & { recordingId: string }>
  | Command<'RemoveGreeting', OfKind>
  | Command<'ScheduleGreeting', OfKind & { activation: GreetingActivation | null }>
  | Command<'ForgetGreetingRecording', OfKind & { recordingId: string }>
  | Command<'PurgeGreetings', Record<string, never>>;

const dayMs = 24 * 3_600_000;

type Open = Extract<Greetings, { status: 'open' }>;

export const greetingNotFound = (kind: GreetingKind) =>
  notFound('greeting-not-found', `The mailbox has no ${kind} greeting of its own.`, { kind });

export const recordingNotFound = (recordingId: string) =>
  notFound('greeting-recording-not-found', 'There is no such recording of this greeting, or not any more.', {
    recordingId,
  });

const openOnly = (state: Greetings): Open => {
  if (state.status !== 'open') throw mailboxNotFound();
  return state;
};

/** The greeting of a command, when it is as the caller saw it. */
const seen = (state: Open, { kind, ifVersion }: OfKind): KeptGreeting => {
  const kept = greetingOf(state, kind);
  const { version } = kept.greeting;
  if (ifVersion === undefined || ifVersion === version) return kept;
  throw conflict('version-mismatch', `The greeting is at version ${version}, not ${ifVersion}.`, { version });
};

const changed = (
  { version }: Open,
  { greeting }: KeptGreeting,
  changes: Partial<Greeting>,
  updatedAt: string,
): Greeting => ({ ...greeting, ...changes, updatedAt, version: version + 1 });

/** By the clocks of every zone: the last of them are twelve hours behind. */
const isOver = ({ until, hours, dates }: GreetingActivation, now: string): boolean => {
  if (until !== null) return until <= now;
  const ends = dates.map((range) => Date.parse(`${range.until}T12:00:00Z`) + dayMs);
  return hours.length === 0 && dates.length > 0 && ends.every((end) => end <= Date.parse(now));
};

/** Whoever records anew, or takes something back, means it to be heard: a schedule that is over would keep it silent. */
const stillMeant = (activation: GreetingActivation | null, now: string): GreetingActivation | null =>
  activation !== null && isOver(activation, now) ? null : activation;

const record = (
  state: Open,
  kept: KeptGreeting,
  recording: { id: string; content: VoiceContent; by: By },
  now: string,
): GreetingEvent[] => {
  const { greeting } = kept;
  const { id, content, by } = recording;
  const activation = stillMeant(greeting.activation, now);
  const isSaid = greeting.recording?.content.sha256 === content.sha256;
  if (isSaid && activation === greeting.activation) return []; // an upload that is tried again
  const made = { id, content, recordedAt: now, recordedBy: { kind: by.kind, id: by.id } };
  return [
    {
      type: 'GreetingRecorded',
      data: {
        greeting: changed(state, kept, { recording: made, activation }, now),
        forgotten: tooMany(earlierAfter(kept, made)),
      },
    },
  ];
};

const restore = (state: Open, kept: KeptGreeting, recordingId: string, now: string): GreetingEvent[] => {
  if (kept.greeting.recording?.id === recordingId) return [];
  const recording = kept.earlier.find(({ id }) => id === recordingId);
  if (recording === undefined) throw recordingNotFound(recordingId);
  const activation = stillMeant(kept.greeting.activation, now);
  const greeting = changed(state, kept, { recording, activation }, now);
  return [{ type: 'GreetingRestored', data: { greeting, forgotten: [] } }];
};

const remove = (state: Open, kept: KeptGreeting, now: string): GreetingEvent[] => {
  if (kept.greeting.recording === null) return [];
  return [
    {
      type: 'GreetingRemoved',
      data: { greeting: changed(state, kept, { recording: null }, now), forgotten: tooMany(earlierAfter(kept, null)) },
    },
  ];
};

const forget = (state: Open, kept: KeptGreeting, recordingId: string, now: string): GreetingEvent[] => {
  const isSaid = kept.greeting.recording?.id === recordingId;
  if (!isSaid && !kept.earlier.some(({ id }) => id === recordingId)) return [];
  const greeting = changed(state, kept, isSaid ? { recording: null } : {}, now);
  return [{ type: 'GreetingRecordingForgotten', data: { greeting, forgotten: [recordingId] } }];
};

const purge = (state: Open, now: string): GreetingEvent[] => {
  const greetings = everyGreeting(state)
    .filter(({ greeting }) => greeting.version > 0)
    .map((kept) => ({
      greeting: changed(state, kept, { recording: null, activation: null }, now),
      forgotten: earlierAfter(kept, null)
        .map(({ id }) => id)
        .reverse(),
    }));
  return greetings.length === 0 ? [] : [{ type: 'GreetingsPurged', data: { greetings } }];
};

const decide = (command: GreetingCommand, state: Greetings): GreetingEvent[] => {
  const { now } = command.meta;
  if (command.type === 'PurgeGreetings') return state.status === 'purged' ? [] : purge(state, now);
  const open = openOnly(state);
  const kept = seen(open, command.type === 'CopyGreeting' ? { ...command.data, kind: command.data.to } : command.data);
  switch (command.type) {
    case 'RecordGreeting': {
      const { recordingId: id, voice: content, storedAt, by } = command.data;
      requireUsable(storedAt, now);
      return record(open, kept, { id, content, by }, now);
    }
    case 'CopyGreeting': {
      const { kind, recordingId: id, by } = command.data;
      const { recording } = greetingOf(open, kind).greeting;
      if (recording === null) throw greetingNotFound(kind);
      return record(open, kept, { id, content: recording.content, by }, now);
    }
    case 'RestoreGreeting':
      return restore(open, kept, command.data.recordingId, now);
    case 'RemoveGreeting':
      return remove(open, kept, now);
    case 'ScheduleGreeting': {
      const { activation } = command.data;
      if (isDeepStrictEqual(kept.greeting.activation, activation)) return [];
      return [
        { type: 'GreetingScheduled', data: { greeting: changed(open, kept, { activation }, now), forgotten: [] } },
      ];
    }
    case 'ForgetGreetingRecording':
      return forget(open, kept, command.data.recordingId, now);
  }
};

export const greetingsDecider: Decider<Greetings, GreetingCommand, GreetingEvent> = {
  initialState: noGreetings,
  evolve,
  decide,
};
