import { percentile } from '../figures.ts';
import { ask } from './ask.ts';
import type { GeneratorOrder, GeneratorReport } from './generator.process.ts';
import type { WireRequest } from './http-connection.ts';
import type { Pace } from './pace.ts';

export interface Load {
  url: string;
  /** Sent in turn; each process takes its part of them. */
  requests: readonly WireRequest[];
  pace: Pace;
  seconds: number;
  warmUpSeconds?: number;
  /** Requests in flight are spread over so many processes. */
  processes?: number;
}

export interface LoadReport {
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  /** Calls that began in the counted time: what percentiles are of. */
  count: number;
  /** How often each status was answered, warm-up included. */
  statuses: Record<string, number>;
  /** Bytes of the answers' bodies, warm-up included. */
  bytes: number;
  /** The generator's own CPU, milliseconds a call. */
  ownMs: number;
}

const share = (pace: Pace, n: number, processes: number): Pace =>
  'perSecond' in pace
    ? { perSecond: pace.perSecond / processes }
    : { inFlight: Math.floor((pace.inFlight + n) / processes) };

const generate = (order: GeneratorOrder): Promise<GeneratorReport> =>
  ask(new URL('./generator.process.js', import.meta.url), order);

/**
 * Loads a server from processes of their own. Why none of the known generators: autocannon counts from when it got round
 * to sending and corrects afterwards by guessing, and k6 and wrk2 are programs of other systems to be installed first.
 * All latencies are kept, so percentiles are exact; at a few ten thousand calls a run that needs no histogram.
 */
export const load = async (order: Load): Promise<LoadReport> => {
  const { url, requests, pace, seconds, warmUpSeconds = seconds / 4 } = order;
  const { hostname: host, port } = new URL(url);
  const most = 'inFlight' in pace ? pace.inFlight : Number.POSITIVE_INFINITY;
  const processes = Math.min(order.processes ?? 2, most);
  const reports = await Promise.all(
    Array.from({ length: processes }, (_, n) =>
      generate({
        ...{ host, port: Number(port) },
        requests: requests.length < processes ? [...requests] : requests.filter((_, k) => k % processes === n),
        run: { pace: share(pace, n, processes), seconds, warmUpSeconds, offset: n / processes },
      }),
    ),
  );
  return merged(reports);
};

const merged = (reports: readonly GeneratorReport[]): LoadReport => {
  const latencies = Float64Array.from(reports.flatMap((report) => report.latencies)).sort();
  const sorted = Array.from(latencies);
  const statuses: Record<string, number> = {};
  for (const report of reports) {
    for (const [status, times] of Object.entries(report.statuses)) statuses[status] = (statuses[status] ?? 0) + times;
  }
  const sum = (pick: (report: GeneratorReport) => number): number => reports.reduce((all, one) => all + pick(one), 0);
  const calls = Object.values(statuses).reduce((all, times) => all + times, 0);
  return {
    perSecond: sum((report) => report.completed) / Math.max(...reports.map((report) => report.seconds)),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: sorted.at(-1) ?? Number.NaN,
    count: sorted.length,
    statuses,
    bytes: sum((report) => report.bytes),
    ownMs: sum((report) => report.cpuMs) / calls,
  };
};

/** Throws unless every call was answered with this status. */
export const allAnswered = ({ statuses }: LoadReport, status: number): void => {
  const others = Object.keys(statuses).filter((answered) => answered !== String(status));
  if (others.length > 0) throw new Error(`expected ${status} only: ${JSON.stringify(statuses)}`);
};
