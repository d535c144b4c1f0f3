import type { FindingKind } from './books/finding.ts';
import type { Result } from './result.ts';

const HEADS = [
  ...['scenario', 'verdict', 'load', 'faults injected', 'acknowledged', 'lost', 'duplicated'],
  ...['repeats: cut off', 'repeats: unanswered', 'unknown attempts', 'bus repeats', 'recovered', 'settled', 'took'],
];

const NONE = '–';
const seconds = (ms: number | null): string => (ms === null ? NONE : `${(ms / 1000).toFixed(1)} s`);
const faultsOf = ({ faults }: Result): string => [...faults].map(([name, times]) => `${times} × ${name}`).join(', ');
const firstLine = (text: string): string => (text.split('\n')[0] ?? '').replaceAll('|', '\\|');

/** How many of a kind the findings name; where nobody looked nobody knows. */
const named = ({ findings, verdict }: Result, kind: FindingKind): string =>
  verdict.kind === 'skipped' || verdict.kind === 'failed'
    ? NONE
    : String(findings.filter((one) => one.kind === kind).reduce((sum, { ids }) => sum + ids.length, 0));

function verdictOf({ verdict, findings }: Result): string {
  switch (verdict.kind) {
    case 'in order':
      return 'in order';
    case 'not in order':
      return `${findings.length} findings`;
    default:
      return `${verdict.kind}: ${firstLine(verdict.why)}`;
  }
}

const cellsOf = (result: Result): string[] => {
  const { title, load, acknowledged, tally, recoveredAfterMs, settledAfterMs, tookMs } = result;
  return [
    ...[title, verdictOf(result), load, faultsOf(result), String(acknowledged)],
    ...[named(result, 'lost'), named(result, 'duplicated')],
    ...[tally?.taken, tally?.unanswered, tally?.unknownAttempts].map((number) => String(number ?? NONE)),
    tally === undefined ? NONE : `${tally.published} published, ${tally.redelivered} redelivered`,
    ...[recoveredAfterMs, settledAfterMs, tookMs].map(seconds),
  ];
};

/** In Markdown, a row for each scenario. */
export const table = (results: readonly Result[]): string =>
  [HEADS, HEADS.map(() => '---'), ...results.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const SHOWN = 20;

/** What a result is not in order for, with the ids; empty when it is. */
export const troublesOf = ({ findings, verdict }: Result): string =>
  [
    ...(verdict.kind === 'failed' ? [verdict.why] : []),
    ...findings.map(({ what, ids }) => {
      const more = ids.length > SHOWN ? [`… and ${ids.length - SHOWN} more`] : [];
      return [`${what} (${ids.length})`, ...ids.slice(0, SHOWN).map((id) => `  ${id}`), ...more].join('\n');
    }),
  ].join('\n');
