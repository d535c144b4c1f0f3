import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Books, checkStores, untilSettled } from './books/books.ts';
import { type Finding, finding } from './books/finding.ts';
import { Chance } from './faults/chance.ts';
import { FaultLog } from './faults/fault-log.ts';
import { type Field, openField } from './field.ts';
import type { Ledger } from './load/ledger.ts';
import { Load } from './load/load.ts';
import { type Result, takeTally, unrun } from './result.ts';
import type { Scenario, Wishes } from './scenario.ts';

export interface RunOptions extends Wishes {
  /** Of the installation's data; removed when nothing was found, unless `keep`. */
  folder: string;
  deposits: number;
  inFlight: number;
  keep: boolean;
  /** Of the faults' times and numbers, 1 in a whole campaign. */
  scale: number;
  /** Of what is left to chance. */
  seed: string;
  /** Told now and then how far it is. */
  say(line: string): void;
}

const PROGRESS_MS = 10_000;
const SETTLE_MS = 180_000;
const STORES_MS = 60_000;

/** One scenario from an empty folder to its books. Whatever goes wrong, there is a result that says so. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { folder, keep, say, previous } = options;
  const wishes: Wishes = previous === undefined ? {} : { previous };
  const missing = scenario.missing?.(wishes);
  if (missing !== undefined) return unrun(scenario.title, { kind: 'skipped', why: missing });
  const began = performance.now();
  let result = unrun(scenario.title, { kind: 'in order' });
  try {
    const prepared = await scenario.prepare?.({ ...wishes, folder: join(folder, 'prepared'), say });
    const field = await openField({ folder, ...scenario.options, ...prepared });
    try {
      result = await underLoad(scenario, field, options);
    } finally {
      await field.close();
    }
  } catch (error) {
    result = { ...result, verdict: failed(error) };
  }
  if (result.verdict.kind === 'in order' && !keep) rmSync(folder, { recursive: true, force: true });
  return { ...result, tookMs: performance.now() - began };
}

const failed = (error: unknown): Result['verdict'] => ({
  kind: 'failed',
  why: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

async function underLoad(scenario: Scenario, field: Field, options: RunOptions): Promise<Result> {
  const { deposits, inFlight, scale, seed, say } = options;
  const { api, mailboxIds } = field;
  const faults = new FaultLog();
  const load = new Load({ api, mailboxIds, deposits, inFlight });
  const { ledger } = load;
  const books: Books = { field, ledger, rules: { cutsAttempts: scenario.cutsAttempts } };
  const settled = async (timeoutMs: number): Promise<void> => {
    const findings = await untilSettled(books, { timeoutMs, say });
    if (findings.length > 0) throw new Error(`not settled: ${findings.map(({ what, ids }) => `${what}: ${ids[0]}`)}`);
  };
  const progress = setInterval(() => say(`${ledger.acknowledged.length} of ${deposits}`), PROGRESS_MS);
  const soFar = (): Result => ({
    ...unrun(scenario.title, { kind: 'in order' }),
    load: `${ledger.deposits.length} at ${inFlight}, ${load.meanInFlight.toFixed(1)} on average`,
    faults: faults.counts(),
    acknowledged: ledger.acknowledged.length,
    refusals: ledger.refusals(),
    recoveredAfterMs: faults.longestRecovery(ledger.tries),
  });
  try {
    const note = (fault: string) => faults.note(fault);
    await scenario.inject({ field, load, note, scale, settled, chance: new Chance(seed) });
    // However soon the load is over: something is asked for after the last fault.
    await load.leaveOne();
    await load.end();
    clearInterval(progress);
    say(`the load is over: ${load.meanInFlight.toFixed(1)} of ${inFlight} in flight on average`);
    const { findings, settledAfterMs } = await close(books, scenario, say);
    if (findings.length > 0) keepEvidence(field, ledger, faults);
    const verdict: Result['verdict'] = { kind: findings.length === 0 ? 'in order' : 'not in order' };
    return { ...soFar(), verdict, findings, settledAfterMs, tally: await takeTally(field) };
  } catch (error) {
    keepEvidence(field, ledger, faults);
    return { ...soFar(), verdict: failed(error) };
  } finally {
    clearInterval(progress);
    await load.abandon();
  }
}

/** What the books do not account for when everything has had its time. */
async function close(
  books: Books,
  { unnoticed }: Scenario,
  say: RunOptions['say'],
): Promise<{ findings: Finding[]; settledAfterMs: number }> {
  const calmSince = performance.now();
  const findings = await untilSettled(books, { timeoutMs: SETTLE_MS, say });
  const settledAfterMs = performance.now() - calmSince;
  say(`settled after ${(settledAfterMs / 1000).toFixed(1)} s`);
  findings.push(...(await checkStores(books, { timeoutMs: STORES_MS, say })));
  if (unnoticed) findings.push(...finding('refused or cut off', books.ledger.refused));
  return { findings, settledAfterMs };
}

/** What was asked and what came, beside the data, for whoever looks into a finding. */
function keepEvidence(field: Field, { deposits, changes, plays }: Ledger, { faults }: FaultLog): void {
  const { installation, bus, raw, mail, webhooks } = field;
  const came = { bus: bus.arrivals, raw: raw.delivered, mail: mail.arrivals, webhooks: webhooks.arrivals };
  writeFileSync(
    join(installation.layout.root, 'evidence.json'),
    JSON.stringify({ faults, deposits, changes, plays, ...came }),
  );
}
