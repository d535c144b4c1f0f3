import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkStores, untilSettled } from './books/books.ts';
import { type Finding, finding } from './books/finding.ts';
import { type Field, openField } from './field.ts';
import type { Ledger } from './load/ledger.ts';
import { Load } from './load/load.ts';
import type { Scenario, Wishes } from './scenario.ts';

export interface RunOptions extends Wishes {
  /** Of the installation's data; removed when nothing was found, unless `keep`. */
  folder: string;
  deposits: number;
  inFlight: number;
  keep: boolean;
  /** Of the faults' times and numbers, 1 in a whole campaign. */
  scale: number;
  /** Told now and then how far it is. */
  say(line: string): void;
}

export interface Result {
  title: string;
  load: string;
  /** Each with how often it was injected. */
  faults: Map<string, number>;
  ledger: Ledger;
  /** From the end of the last fault to the first 2xx of a request made since; null when the load was over before. */
  answeringAfterMs: number | null;
  /** From the end of the load, or of the faults if that came later, until nothing was under way any more. */
  settledAfterMs: number;
  findings: Finding[];
}

const PROGRESS_MS = 10_000;
const SETTLE_MS = 180_000;
const STORES_MS = 60_000;

/** One scenario from an empty folder to its books. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { folder, deposits, inFlight, keep, scale, say, ...wishes } = options;
  const prepared = await scenario.prepare?.({ ...wishes, folder: join(folder, 'prepared'), say });
  const field = await openField({ folder, ...scenario.options, ...prepared });
  let findings: Finding[] | undefined;
  let progress: NodeJS.Timeout | undefined;
  try {
    const { api, mailboxIds } = field;
    const faults = new Map<string, number>();
    const note = (fault: string): void => void faults.set(fault, (faults.get(fault) ?? 0) + 1);
    const load = new Load({ api, mailboxIds, deposits, inFlight });
    const { ledger } = load;
    progress = setInterval(() => say(`${ledger.acknowledged.length} of ${deposits}`), PROGRESS_MS);
    await scenario.inject({ field, load, note, scale });
    const healedAt = Date.now();
    await load.end();
    clearInterval(progress);
    say('the load is over');
    const calmSince = performance.now();
    findings = await untilSettled(field, ledger, { timeoutMs: SETTLE_MS, say });
    const settledAfterMs = performance.now() - calmSince;
    say(`settled after ${(settledAfterMs / 1000).toFixed(1)} s`);
    findings.push(...(await checkStores(field, ledger, { timeoutMs: STORES_MS, say })));
    if (scenario.unnoticed) findings.push(...finding('refused or cut off', ledger.refused));
    if (findings.length > 0) keepEvidence(field, ledger);
    const answeringAfterMs = firstAnswer(ledger, healedAt);
    const result = { faults, ledger, answeringAfterMs, settledAfterMs, findings };
    return { title: scenario.title, load: `${ledger.deposits.length} at ${inFlight}`, ...result };
  } finally {
    clearInterval(progress);
    await field.close();
    if (findings?.length === 0 && !keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** What was asked and what came, beside the data, for whoever looks into a finding. */
function keepEvidence({ installation, bus, mail, webhooks }: Field, { deposits, changes, plays }: Ledger): void {
  const evidence = { deposits, changes, plays, bus: bus.arrivals, mail: mail.arrivals, webhooks: webhooks.arrivals };
  writeFileSync(join(installation.layout.root, 'evidence.json'), JSON.stringify(evidence));
}

function firstAnswer({ deposits }: Ledger, since: number): number | null {
  const answers = deposits
    .flatMap(({ tries }) => tries)
    .filter(({ at, status }) => at >= since && status === 201)
    .map(({ at, ms }) => at + ms - since);
  return answers.length === 0 ? null : Math.min(...answers);
}
