import type { Result } from './run-scenario.ts';

const HEADS = ['scenario', 'load', 'faults injected', 'acknowledged', 'lost', 'duplicated', 'answers again', 'settled'];

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);
const faultsOf = ({ faults }: Result): string => [...faults].map(([name, times]) => `${times} × ${name}`).join(', ');

/** How many the findings name whose description matches. */
const named = ({ findings }: Result, what: RegExp): number =>
  findings.filter((one) => what.test(one.what)).reduce((sum, { ids }) => sum + ids.length, 0);

const LOST = /^lost|never came|never came over the bus|not play|nobody was to be told|does not know|without their/;
const DUPLICATED = /duplicated|twice|came again|more often|several events/;

/** In Markdown, a row for each scenario. */
export const table = (results: readonly Result[]): string => {
  const rows = results.map((result) => [
    result.title,
    result.load,
    faultsOf(result),
    String(result.ledger.acknowledged.length),
    String(named(result, LOST)),
    String(named(result, DUPLICATED)),
    seconds(result.answeringAfterMs),
    seconds(result.settledAfterMs),
  ]);
  return [HEADS, HEADS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

const SHOWN = 20;

/** What a result is not in order for, with the ids. */
export const findingsOf = ({ findings }: Result): string =>
  findings
    .map(({ what, ids }) => {
      const more = ids.length > SHOWN ? [`… and ${ids.length - SHOWN} more`] : [];
      return [`${what} (${ids.length})`, ...ids.slice(0, SHOWN).map((id) => `  ${id}`), ...more].join('\n');
    })
    .join('\n');
