import {
  type Greeting,
  type GreetingActivation,
  type GreetingClip,
  type GreetingKind,
  type GreetingReason,
  weekday,
} from '@aftertone/contracts';
import { Temporal } from 'temporal-polyfill';

/** What the clocks of a zone show. */
interface Local {
  /** `2026-12-24` */
  date: string;
  /** `17:30` */
  time: string;
  /** Of 1 (Monday) to 7. */
  dayOfWeek: number;
}

const localAt = (at: string, timezone: string): Local => {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(timezone);
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
    dayOfWeek: local.dayOfWeek,
  };
};

/** Texts of one length: their order is that of time. */
const inHours = ({ days, from, until }: GreetingActivation['hours'][number], { time, dayOfWeek }: Local): boolean => {
  const begunOn = (day: number): boolean => days.some((name) => weekday.options.indexOf(name) + 1 === day);
  const yesterday = dayOfWeek === 1 ? 7 : dayOfWeek - 1;
  if (from < until) return begunOn(dayOfWeek) && from <= time && time < until;
  return (begunOn(dayOfWeek) && from <= time) || (begunOn(yesterday) && time < until);
};

/** Whether a greeting with this activation is said at that moment, by the clocks of the mailbox's zone. */
export const isActive = (activation: GreetingActivation | null, at: string, timezone: string): boolean => {
  if (activation === null) return true;
  const { from, until, hours, dates } = activation;
  if ((from !== null && at < from) || (until !== null && at >= until)) return false;
  if (hours.length === 0 && dates.length === 0) return true;
  const local = localAt(at, timezone);
  const onDate = dates.some((range) => range.from <= local.date && local.date <= range.until);
  return onDate || hours.some((one) => inHours(one, local));
};

export interface Asked {
  at: string;
  reason: GreetingReason;
  timezone: string;
  language: string;
}

export interface Said {
  /** The mailbox's own greeting; null: the built-in one. */
  kind: GreetingKind | null;
  clips: GreetingClip[];
}

/** Keys of prompts: `name` is followed by the one that it begins. */
const builtIn: Readonly<Record<GreetingReason | 'afterName', string>> = {
  unavailable: 'vm-greeting-default',
  busy: 'vm-greeting-busy',
  afterName: 'vm-greeting-ext-post',
};

/** What a caller hears: the temporary greeting, else the one for the reason of the call, else the built-in one. */
export const saidTo = (greetings: readonly Greeting[], { at, reason, timezone, language }: Asked): Said => {
  const own = (kind: GreetingKind): GreetingClip | null => {
    const { recording, activation } = greetings.find((greeting) => greeting.kind === kind) ?? {};
    if (recording == null || !isActive(activation ?? null, at, timezone)) return null;
    return { type: 'recording', kind, recording };
  };
  const prompt = (key: string): GreetingClip => ({ type: 'prompt', key, language });
  for (const kind of ['temporary', reason] as const) {
    const clip = own(kind);
    if (clip !== null) return { kind, clips: [clip] };
  }
  const name = own('name');
  return { kind: null, clips: name === null ? [prompt(builtIn[reason])] : [name, prompt(builtIn.afterName)] };
};
