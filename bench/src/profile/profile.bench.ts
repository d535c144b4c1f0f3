import type { Bench, BenchOptions } from '../bench.ts';
import { startInstallation } from '../installation/installation.ts';
import { warmUp } from '../installation/warm-up.ts';
import { allAnswered, type LoadReport, load } from '../load/load.ts';
import { depositRequests, recording } from '../load/requests.ts';
import { untilCalm } from '../machine/calm.ts';
import { useOf } from '../machine/proc.ts';
import { settle } from '../machine/settle.ts';
import type { Cell, Table } from '../table.ts';
import { type FlatProfile, flatten } from './flat.ts';
import { type Recorder, startRecorder } from './record.ts';

const SERVICES = ['gateway', 'media-svc', 'mailbox-svc', 'notify-svc'] as const;
const IN_FLIGHT = 32;
const SECONDS_OF_SOUND = 10;
const MOST_ROWS = 15;

interface Profiled {
  service: string;
  profile: FlatProfile;
  /** Of all threads, milliseconds. */
  cpuMs: number;
}

interface Found {
  services: Profiled[];
  report: LoadReport;
  deposits: number;
}

const measure = async (recorder: Recorder, seconds: number): Promise<Found> => {
  const installation = await startInstallation(recorder.env);
  try {
    await warmUp(installation);
    await untilCalm(installation);
    await settle();
    const running = installation.processes();
    const pids = SERVICES.map((service) => running[service] ?? 0);
    const requests = depositRequests(installation, [await installation.newMailbox()], recording(SECONDS_OF_SOUND));
    const order = { url: installation.url, requests, pace: { inFlight: IN_FLIGHT }, seconds, warmUpSeconds: 0 };
    const cpu = (): number[] => pids.map((pid) => useOf(pid)?.cpuMs ?? Number.NaN);
    const [{ report, used }, profiles] = await recorder.during(pids, async () => {
      const before = cpu();
      const report = await load(order);
      return { report, used: cpu().map((ms, n) => ms - (before[n] ?? Number.NaN)) };
    });
    allAnswered(report, 201);
    const services = profiles.map((profile, n) => ({
      ...{ service: SERVICES[n] ?? '', profile: flatten(profile), cpuMs: used[n] ?? Number.NaN },
    }));
    return { services, report, deposits: report.statuses['201'] ?? 0 };
  } finally {
    await installation.stop();
  }
};

const share = (ms: number, { busyMs }: FlatProfile): number => (100 * ms) / busyMs;

const functionsTable = ({ service, profile }: Profiled, deposits: number): Table => ({
  title: `Profile of ${service} under deposits with ${IN_FLIGHT} in flight: self time by function`,
  columns: [{ head: 'function' }, { head: '% of the main thread', digits: 1 }, { head: 'ms a deposit', digits: 3 }],
  rows: profile.functions
    .slice(0, MOST_ROWS)
    .map(({ name, ms }) => [name.replaceAll('|', '\\|'), share(ms, profile), ms / deposits]),
});

const partsTable = ({ services, report, deposits }: Found): Table => {
  const all = services.flatMap(({ profile }) => profile.parts);
  const parts = new Map<string, number>();
  for (const { name, ms } of all) parts.set(name, (parts.get(name) ?? 0) + ms);
  const dearest = [...parts].sort(([, a], [, b]) => b - a).slice(0, MOST_ROWS);
  const perService = (what: string, of: (one: Profiled) => number): Cell[] => [what, ...services.map(of)];
  return {
    title: `Profile of deposits (10 s WAV) with ${IN_FLIGHT} in flight: % of each main thread, by part`,
    columns: [{ head: 'part' }, ...services.map(({ service }) => ({ head: service, digits: 1 }))],
    rows: [
      ...dearest.map(([part]) =>
        perService(part, ({ profile }) => share(profile.parts.find(({ name }) => name === part)?.ms ?? 0, profile)),
      ),
      perService('main thread, ms a deposit', ({ profile }) => profile.busyMs / deposits),
      perService('all threads, CPU ms a deposit', ({ cpuMs }) => cpuMs / deposits),
    ],
    notes: [
      `${deposits} deposits, ${report.perSecond.toFixed(1)}/s while profiled, warm. Sampled every millisecond by V8, main threads only: threads that collect garbage and work on files are in the last row alone. Where others take the cores, a main thread's time passes while it waits for one.`,
    ],
  };
};

export const profile: Bench = {
  name: 'profile',
  measures: 'where the four services spend the time of a deposit: flat CPU profiles, by part and by function',
  repeats: 'once',
  run: async ({ seconds }: BenchOptions) => {
    const recorder = startRecorder();
    try {
      const found = await measure(recorder, seconds);
      return [partsTable(found), ...found.services.map((one) => functionsTable(one, found.deposits))];
    } finally {
      recorder.end();
    }
  },
};
