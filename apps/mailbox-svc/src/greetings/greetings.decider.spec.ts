import { type GreetingActivation, keptGreetingRecordings } from '@aftertone/contracts';
import { deciderSpec } from '@aftertone/testing';
import { describe, expect, it } from 'vitest';
import { ann } from '../mailboxes/mailbox.samples.ts';
import { type GreetingCommand, greetingsDecider } from './greetings.decider.ts';
import { greetingWith, recordedInTurn, recordingId, recordingOf, soundOf } from './greetings.samples.ts';
import { evolve, type GreetingEvent, greetingOf, noGreetings } from './greetings.ts';

const given = deciderSpec(greetingsDecider);
const now = '2026-03-05T10:00:00.000Z';
const meta = { now };

const record = (n: number, more: { ifVersion?: number; storedAt?: string } = {}): GreetingCommand => ({
  type: 'RecordGreeting',
  data: {
    ...{ kind: 'unavailable', recordingId: recordingId(n), voice: soundOf(n), storedAt: now },
    ...{ by: { kind: 'user', id: ann }, ...more },
  },
  meta,
});
const recorded = (version: number, n: number, forgotten: string[] = []): GreetingEvent => ({
  type: 'GreetingRecorded',
  data: {
    greeting: greetingWith('unavailable', version, { recording: recordingOf(n, now), updatedAt: now }),
    forgotten,
  },
});
const first = recordedInTurn('unavailable', 1);
const second = recordedInTurn('unavailable', 2);

const holiday: GreetingActivation = {
  ...{ from: null, until: '2026-03-04T00:00:00.000Z' },
  ...{ hours: [], dates: [] },
};
const later: GreetingActivation = { ...holiday, until: '2026-03-05T10:00:00.001Z' };
const always: GreetingActivation = { ...holiday, until: null };
const schedule = (activation: GreetingActivation | null): GreetingCommand => ({
  type: 'ScheduleGreeting',
  data: { kind: 'unavailable', activation },
  meta,
});
const scheduled = (version: number, activation: GreetingActivation | null): GreetingEvent => ({
  type: 'GreetingScheduled',
  data: {
    greeting: greetingWith('unavailable', version, { recording: recordingOf(1), activation, updatedAt: now }),
    forgotten: [],
  },
});
const ofOne = (type: 'RestoreGreeting' | 'ForgetGreetingRecording', n: number): GreetingCommand => ({
  type,
  data: { kind: 'unavailable', recordingId: recordingId(n) },
  meta,
});
const remove: GreetingCommand = { type: 'RemoveGreeting', data: { kind: 'unavailable' }, meta };
const purge: GreetingCommand = { type: 'PurgeGreetings', data: {}, meta };
const copy: GreetingCommand = {
  type: 'CopyGreeting',
  data: { kind: 'unavailable', to: 'busy', recordingId: recordingId(7), by: { kind: 'user', id: ann } },
  meta,
};

describe('recording', () => {
  it('is said from now on', () => {
    given().when(record(1)).then(recorded(1, 1));
  });
  it('follows the one before', () => {
    given(...first)
      .when(record(2))
      .then(recorded(2, 2));
  });
  it('of the same audio changes nothing', () => {
    given(...first)
      .when(record(1))
      .then();
  });
  it('forgets the oldest of too many', () => {
    const many = recordedInTurn('unavailable', keptGreetingRecordings + 1);
    given(...many)
      .when(record(20))
      .then(recorded(keptGreetingRecordings + 2, 20, [recordingId(1)]));
  });
  it('is heard although the schedule of the one before is over', () => {
    given(...first, scheduled(2, holiday))
      .when(record(2))
      .then(recorded(3, 2));
  });
  it('of the same audio is heard again, too', () => {
    given(...first, scheduled(2, holiday))
      .when(record(1))
      .then(recorded(3, 1));
  });
  const keeping = (activation: GreetingActivation): GreetingEvent => {
    const kept = recorded(3, 2);
    if (kept.type === 'GreetingRecorded') kept.data.greeting.activation = activation;
    return kept;
  };
  it('keeps a schedule that is not over', () => {
    given(...first, scheduled(2, later))
      .when(record(2))
      .then(keeping(later));
    const nights = { ...always, hours: [{ days: ['mon' as const], from: '18:00', until: '08:00' }] };
    const past = { ...nights, dates: [{ from: '2020-01-01', until: '2020-01-05' }] };
    for (const kept of [nights, past])
      given(...first, scheduled(2, kept))
        .when(record(2))
        .then(keeping(kept));
  });
  it('is heard from the moment on at which a schedule is over', () => {
    given(...first, scheduled(2, { ...holiday, until: now }))
      .when(record(2))
      .then(recorded(3, 2));
  });
  // 10:00 UTC on the 5th: the 3rd is over everywhere, the 4th is still there at the last of the clocks.
  it.each([
    ['2026-03-03', true],
    ['2026-03-04', false],
  ])('minds dates that are over in every zone: until %s %s', (until, over) => {
    const ranges = [
      { from: '2020-01-01', until: '2020-01-05' },
      { from: '2026-03-01', until },
    ];
    const dates = { ...always, dates: ranges };
    given(...first, scheduled(2, dates))
      .when(record(2))
      .then(over ? recorded(3, 2) : keeping(dates));
  });
  it('is refused when it was stored long ago', () => {
    given()
      .when(record(1, { storedAt: '2026-03-04T21:59:59.999Z' }))
      .thenThrows('audio-expired');
  });
  it('is refused of a greeting that has changed meanwhile, and of no other', () => {
    given(...second)
      .when(record(3, { ifVersion: 1 }))
      .thenThrows('version-mismatch');
    given(...second)
      .when(record(3, { ifVersion: 2 }))
      .then(recorded(3, 3));
    given(...recordedInTurn('busy', 2))
      .when(record(3, { ifVersion: 0 }))
      .then(recorded(3, 3));
  });
});

describe('what was said before', () => {
  it('is said again', () => {
    given(...second)
      .when(ofOne('RestoreGreeting', 1))
      .then({
        type: 'GreetingRestored',
        data: {
          greeting: greetingWith('unavailable', 3, { recording: recordingOf(1), updatedAt: now }),
          forgotten: [],
        },
      });
  });
  it('stays among the earlier ones, each once', () => {
    const events = [
      ...second,
      ...greetingsDecider.decide(ofOne('RestoreGreeting', 1), second.reduce(evolve, noGreetings)),
    ];
    const { greeting, earlier } = greetingOf(events.reduce(evolve, noGreetings), 'unavailable');
    expect([greeting.recording?.id, ...earlier.map(({ id }) => id)]).toEqual([recordingId(1), recordingId(2)]);
  });
  it('is heard although the schedule is over', () => {
    given(...second, scheduled(3, holiday))
      .when(ofOne('RestoreGreeting', 2))
      .then({
        type: 'GreetingRestored',
        data: {
          greeting: greetingWith('unavailable', 4, { recording: recordingOf(2), updatedAt: now }),
          forgotten: [],
        },
      });
  });
  it('is no change when it is said', () => {
    given(...second)
      .when(ofOne('RestoreGreeting', 2))
      .then();
  });
  it('is not found once it is forgotten, or of another kind', () => {
    given(...second)
      .when(ofOne('RestoreGreeting', 3))
      .thenThrows('greeting-recording-not-found');
    given(...recordedInTurn('busy', 2))
      .when(ofOne('RestoreGreeting', 1))
      .thenThrows('greeting-recording-not-found');
  });
});

describe('removing', () => {
  const removed: GreetingEvent = {
    type: 'GreetingRemoved',
    data: { greeting: greetingWith('unavailable', 3, { updatedAt: now }), forgotten: [] },
  };
  it('says nothing any more, and leaves the schedule for when it is taken back', () => {
    const left = { ...later, until: '2030-01-01T00:00:00.000Z' };
    const silent: GreetingEvent = {
      type: 'GreetingRemoved',
      data: { greeting: greetingWith('unavailable', 3, { activation: left, updatedAt: now }), forgotten: [] },
    };
    given(...first, scheduled(2, left))
      .when(remove)
      .then(silent);
    given(...first, scheduled(2, left), silent)
      .when(ofOne('RestoreGreeting', 1))
      .then({
        type: 'GreetingRestored',
        data: {
          greeting: greetingWith('unavailable', 4, { recording: recordingOf(1), activation: left, updatedAt: now }),
          forgotten: [],
        },
      });
  });
  it('can be taken back', () => {
    given(...second, removed)
      .when(ofOne('RestoreGreeting', 2))
      .then({
        type: 'GreetingRestored',
        data: {
          greeting: greetingWith('unavailable', 4, { recording: recordingOf(2), updatedAt: now }),
          forgotten: [],
        },
      });
  });
  it('of nothing changes nothing', () => {
    given().when(remove).then();
    given(...second, removed)
      .when(remove)
      .then();
  });
});

describe('a schedule', () => {
  it('is set and taken away', () => {
    given(...first)
      .when(schedule(holiday))
      .then(scheduled(2, holiday));
    given(...first, scheduled(2, holiday))
      .when(schedule(null))
      .then(scheduled(3, null));
  });
  it('that is there changes nothing', () => {
    given(...first, scheduled(2, holiday))
      .when(schedule(structuredClone(holiday)))
      .then();
  });
});

describe('forgetting a recording', () => {
  it('minds the version', () => {
    const command = ofOne('ForgetGreetingRecording', 1);
    given(...second)
      .when({ ...command, data: { ...command.data, ifVersion: 1 } } as GreetingCommand)
      .thenThrows('version-mismatch');
  });
  const forgot = (version: number, recording: number | null, n: number): GreetingEvent => ({
    type: 'GreetingRecordingForgotten',
    data: {
      greeting: greetingWith('unavailable', version, {
        recording: recording === null ? null : recordingOf(recording),
        updatedAt: now,
      }),
      forgotten: [recordingId(n)],
    },
  });
  it('leaves the others', () => {
    given(...second)
      .when(ofOne('ForgetGreetingRecording', 1))
      .then(forgot(3, 2, 1));
    given(...second, forgot(3, 2, 1))
      .when(ofOne('RestoreGreeting', 1))
      .thenThrows('greeting-recording-not-found');
  });
  it('that is said leaves nothing to be said', () => {
    given(...second)
      .when(ofOne('ForgetGreetingRecording', 2))
      .then(forgot(3, null, 2));
  });
  it('a second time changes nothing', () => {
    given(...second, forgot(3, null, 2))
      .when(ofOne('ForgetGreetingRecording', 2))
      .then();
  });
});

describe('copying', () => {
  it('says the same for another reason', () => {
    const recording = { ...recordingOf(1, now), id: recordingId(7) };
    given(...first)
      .when(copy)
      .then({
        type: 'GreetingRecorded',
        data: { greeting: greetingWith('busy', 2, { recording, updatedAt: now }), forgotten: [] },
      });
  });
  it('takes something to copy', () => {
    given(...recordedInTurn('busy', 1))
      .when(copy)
      .thenThrows('greeting-not-found');
  });
  it('minds the version of what it replaces', () => {
    given(...first)
      .when({ ...copy, data: { ...copy.data, ifVersion: 1 } })
      .thenThrows('version-mismatch');
  });
});

describe('when the mailbox is closed', () => {
  const purged: GreetingEvent = {
    type: 'GreetingsPurged',
    data: {
      greetings: [
        {
          greeting: greetingWith('unavailable', 3, { updatedAt: now }),
          forgotten: [recordingId(1), recordingId(2)],
        },
      ],
    },
  };
  it('everything that was said goes', () => {
    given(...second)
      .when(purge)
      .then(purged);
  });
  it('there may be nothing, or nothing any more', () => {
    given().when(purge).then();
    given(...second, purged)
      .when(purge)
      .then();
  });
  it('nothing can be said any more', () => {
    given(...second, purged)
      .when(record(9))
      .thenThrows('mailbox-not-found');
  });
});
