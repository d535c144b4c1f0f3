import {
  type Greeting,
  type GreetingKind,
  type GreetingRecording,
  greetingKind,
  keptGreetingRecordings,
} from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** A greeting as it is after the event, and what of its recordings went for good with it. */
interface Changed {
  greeting: Greeting;
  /** Ids, oldest first. */
  forgotten: string[];
}

export type GreetingEvent =
  | DomainEvent<'GreetingRecorded', Changed>
  | DomainEvent<'GreetingRestored', Changed>
  | DomainEvent<'GreetingRemoved', Changed>
  | DomainEvent<'GreetingScheduled', Changed>
  | DomainEvent<'GreetingRecordingForgotten', Changed>
  /** The mailbox is closed: each greeting that there was, with nothing left of it. */
  | DomainEvent<'GreetingsPurged', { greetings: Changed[] }>;

export interface KeptGreeting {
  greeting: Greeting;
  /** What was said before, newest first. */
  earlier: readonly GreetingRecording[];
}

/** What a mailbox says to callers. `version`: of the stream. */
export type Greetings =
  | { status: 'open'; version: number; kept: Readonly<Partial<Record<GreetingKind, KeptGreeting>>> }
  | { status: 'purged' };

export const noGreetings: Greetings = { status: 'open', version: 0, kept: {} };

const untouched = (kind: GreetingKind): KeptGreeting => ({
  greeting: { kind, recording: null, activation: null, updatedAt: null, version: 0 },
  earlier: [],
});

export const greetingOf = (greetings: Greetings, kind: GreetingKind): KeptGreeting =>
  (greetings.status === 'open' ? greetings.kept[kind] : undefined) ?? untouched(kind);

/** One of each kind. */
export const everyGreeting = (greetings: Greetings): KeptGreeting[] =>
  greetingKind.options.map((kind) => greetingOf(greetings, kind));

/** What is kept of a greeting when another recording is said, or none. */
export const earlierAfter = ({ greeting, earlier }: KeptGreeting, now: GreetingRecording | null): GreetingRecording[] =>
  [...(greeting.recording === null ? [] : [greeting.recording]), ...earlier].filter(({ id }) => id !== now?.id);

/** The oldest of what there is too much of. */
export const tooMany = (earlier: readonly GreetingRecording[]): string[] =>
  earlier
    .slice(keptGreetingRecordings)
    .map(({ id }) => id)
    .reverse();

const after = (kept: KeptGreeting, { greeting, forgotten }: Changed): KeptGreeting => ({
  greeting,
  earlier: earlierAfter(kept, greeting.recording).filter(({ id }) => !forgotten.includes(id)),
});

export const evolve = (state: Greetings, event: GreetingEvent): Greetings => {
  switch (event.type) {
    case 'GreetingRecorded':
    case 'GreetingRestored':
    case 'GreetingRemoved':
    case 'GreetingScheduled':
    case 'GreetingRecordingForgotten': {
      if (state.status === 'purged') return state;
      const { kind } = event.data.greeting;
      const kept = { ...state.kept, [kind]: after(greetingOf(state, kind), event.data) };
      return { status: 'open', version: state.version + 1, kept };
    }
    case 'GreetingsPurged':
      return { status: 'purged' };
  }
};
