import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@aftertone/local';
import { rows } from '../books/rows.ts';
import { giveClocks, missingClocks, newestEvent, type SetClock } from '../faults/clock.ts';
import type { Installation } from '../installation/installation.ts';
import type { Ledger } from '../load/ledger.ts';
import type { Injection, Scenario } from '../scenario.ts';

const JUMPS = [300, -300];
/** The right time, from what this machine says: whatever was made before stays in the past of every jump. */
const RIGHT = 900;
/** A jump was seen by whoever is more than this off, seconds. */
const SEEN = 240;
const SEEN_MS = 30_000;
/** How long a clock stays off, and after which part of that nobody may be told any more that a call came too late. */
const OFF_MS = 12_000;
const EXCUSED_MS = 5_000;
/** What is under way when clocks are right again ends within this time: nothing waits for a clock. */
const SETTLE_MS = 60_000;

interface Skew {
  from: number;
  to: number;
}

/**
 * All services' clocks jump together, as after a correction, and each alone, as on a machine that nobody looks after: where
 * there are several replicas of each, one of them, so that they do not agree.
 */
export const clockJumps: Scenario = {
  name: 'clocks',
  title: 'clocks of services off by five minutes',
  missing: missingClocks,
  async inject(injection) {
    const { services } = await giveClocks(injection.field.installation, RIGHT);
    const replicas = Math.max(...services.map(({ n }) => n));
    const alone = services.filter(({ n }) => n === replicas).map((clock) => [clock]);
    const skews = await jump(injection, [services, ...alone]);
    await injection.load.end();
    refuseLate(injection.load.ledger, skews);
    await refuseLateWork(injection.field.installation);
    await injection.settled(SETTLE_MS);
  },
};

/** The clock that everything stored and due goes by jumps: alone, and with all others. */
export const databaseClockJumps: Scenario = {
  name: 'database-clock',
  title: 'clock of Postgres off by five minutes',
  missing: missingClocks,
  async inject(injection) {
    const { services, database } = await giveClocks(injection.field.installation, RIGHT);
    const skews = await jump(injection, [[database], [database, ...services]], database);
    await injection.load.end();
    refuseLate(injection.load.ledger, skews);
    // What was made due by a clock that was ahead waits until then, and no longer.
    await injection.settled(Math.max(...JUMPS) * 1000 + SETTLE_MS);
  },
};

/** Sets the clocks of each group off and right again. Returns when they were off. */
async function jump({ field, load, note, scale }: Injection, groups: SetClock[][], stored?: SetClock): Promise<Skew[]> {
  const skews: Skew[] = [];
  for (const [n, group] of groups.entries()) {
    await load.reached((n + 0.5) / (groups.length + 1));
    for (const seconds of JUMPS) {
      const healed = note(`${group.length > 1 ? 'all clocks' : `clock of ${group[0]?.name}`} jumped`);
      const from = Date.now();
      for (const clock of group) clock.set(RIGHT + seconds);
      for (const clock of group) await untilSeen(clock.name, () => clock.tell(), seconds);
      if (stored !== undefined && group.includes(stored)) {
        const before = await newestEvent(field.installation);
        const see = async () => {
          const { position, secondsOff } = await newestEvent(field.installation);
          return position > before.position ? secondsOff : Number.NaN;
        };
        await untilSeen('a stored event', see, seconds);
      }
      await delay(OFF_MS * scale);
      for (const clock of group) clock.set(RIGHT);
      healed();
      skews.push({ from, to: Date.now() });
    }
  }
  return skews;
}

/** Throws when nobody is that far off the right time, in that direction. */
const untilSeen = (who: string, tell: () => Promise<number>, seconds: number): Promise<unknown> =>
  waitFor(
    `${who} to be ${seconds} s off`,
    async () => ((await tell().catch(() => 0)) - RIGHT) / Math.sign(seconds) > SEEN,
    {
      timeoutMs: SEEN_MS,
    },
  );

/** Whoever waits must not be told for longer than a moment that time is over, because others have another time. */
function refuseLate({ tries }: Ledger, skews: readonly Skew[]): void {
  const late = tries.filter(
    ({ at, detail }) =>
      detail === 'deadline-exceeded' && skews.some(({ from, to }) => at > from + EXCUSED_MS && at <= to),
  );
  if (late.length > 0) throw new Error(`${late.length} calls were too late for a clock that was off`);
}

/** Further ahead than any retry or lease of the campaign reaches, and less than any clock was. */
const LATE_WORK = `SELECT id FROM delivery_queue WHERE due_at > clock_timestamp() + interval '60 seconds'`;

/** No notification waits for a time that only a clock of a service had. */
async function refuseLateWork(installation: Installation): Promise<void> {
  const late = await rows<{ id: string }>(installation, 'notify', LATE_WORK);
  if (late.length > 0) throw new Error(`${late.length} notifications are due minutes from now, such as ${late[0]?.id}`);
}
