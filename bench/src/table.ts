export interface Column {
  head: string;
  /** Digits behind the point of numbers in this column. */
  digits?: number;
  /** What is printed of several runs; `largest` where a middle would hide what must not be. Default: `median`. */
  severalRuns?: 'median' | 'largest';
}

export type Cell = string | number | null;

/** Figures of a benchmark. The first column names the row: two runs are compared by it. */
export interface Table {
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** What must be known to read the figures, a sentence each. */
  notes?: readonly string[];
}

const text = (cell: Cell | undefined, digits = 0): string => {
  if (typeof cell !== 'number') return cell ?? '';
  if (!Number.isFinite(cell)) return '?';
  return cell.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** A table in Markdown, its first column to the left. */
export const markdown = ({ title, columns, rows, notes = [] }: Table): string => {
  const lines = [
    columns.map(({ head }) => head),
    columns.map((_, n) => (n === 0 ? '---' : '---:')),
    ...rows.map((cells) => columns.map(({ digits }, n) => text(cells[n], digits))),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return [title, lines.join('\n'), ...notes].join('\n\n');
};

/** The tables of now with the change of each number since then behind it, where both have the row. */
export const compared = (now: readonly Table[], then: readonly Table[]): Table[] =>
  now.map((table) => {
    const before = then.find(({ title }) => title === table.title);
    const rows = table.rows.map((cells) => {
      const old = before?.rows.find(([name]) => name === cells[0]);
      return cells.map((cell, n) => withChange(cell, before && old?.[columnOf(before, table, n)], table.columns[n]));
    });
    return { ...table, rows };
  });

const columnOf = (before: Table, table: Table, n: number): number =>
  before.columns.findIndex(({ head }) => head === table.columns[n]?.head);

const withChange = (cell: Cell, old: Cell | undefined, column: Column | undefined): Cell => {
  if (typeof cell !== 'number' || typeof old !== 'number' || old === 0) return cell;
  const change = Math.round((100 * (cell - old)) / old);
  return `${text(cell, column?.digits)} (${change > 0 ? '+' : ''}${change} %)`;
};
