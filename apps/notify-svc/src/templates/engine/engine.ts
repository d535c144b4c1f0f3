import { Liquid, LiquidError, type Template } from 'liquidjs';
import { type Translated, translate } from './dialect.ts';
import { filters, textOf } from './filters.ts';
import { type Fault, TemplateFault } from './problem.ts';

/** What a value is put into; in HTML it is escaped. */
export type Mode = 'text' | 'html';

const longestSource = 200_000;
/** Milliseconds: a usual notice takes one at most, and nothing else runs meanwhile. */
const longestRun = 200;
/** Characters and list items that filters make. */
const mostMade = 500_000;
const longestResult = 500_000;

/** Tags that change what is shown. No files, no blocks of other templates, no counters. */
const tags: ReadonlySet<string> = new Set([
  'assign',
  'break',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
  '#',
]);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapedText = (value: unknown): string => textOf(value).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const makeEngine = (mode: Mode): Liquid => {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    // As Django has it: an empty text and 0 are nothing.
    jsTruthy: true,
    dynamicPartials: false,
    templates: {},
    parseLimit: longestSource,
    renderLimit: longestRun,
    memoryLimit: mostMade,
    outputEscape: mode === 'html' ? escapedText : textOf,
  });
  for (const name of Object.keys(liquid.tags)) if (!tags.has(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!Object.hasOwn(filters, name)) liquid.unregisterFilter(name);
  for (const [name, filter] of Object.entries(filters)) liquid.registerFilter(name, filter);
  return liquid;
};

const engines = { text: makeEngine('text'), html: makeEngine('html') };

const advice: ReadonlyArray<[RegExp, string]> = [
  [/^tag "(\w*)" not found/, `the tags are ${[...tags].filter((tag) => tag !== '#').join(', ')}`],
  [/^undefined filter: raw/, 'values are always escaped in HTML'],
  [/^undefined filter/, `the filters are ${Object.keys(filters).sort().join(', ')}`],
  [/not closed/, 'write the closing tag'],
  [/limit exceeded|call stack|string length|array length/, 'make the template smaller, with fewer and shorter loops'],
];

/** What is wrong and what to do, in one sentence. */
const sentence = (error: Error): string => {
  const origin = error instanceof LiquidError ? (error.originalError ?? error) : error;
  const what = origin.message.replace(/, (file:.*, )?line:\d+, col:\d+$/s, '').slice(0, 200);
  const hint = advice.find(([pattern]) => pattern.test(what))?.[1];
  return hint === undefined ? what : `${what}; ${hint}`;
};

const faultOf = (error: unknown, translated: Translated): TemplateFault => {
  if (error instanceof TemplateFault) return error;
  if (!(error instanceof Error)) throw error;
  const offset = LiquidError.is(error) ? error.token.begin : 0;
  return new TemplateFault({ ...translated.placeAt(offset), message: sentence(error) });
};

/** A variable that a template names, and where. */
export interface Named extends Omit<Fault, 'message'> {
  /** As far as it is fixed: of `messages[0].caller` these three, of `a[b].c` only `a`. */
  path: readonly (string | number)[];
}

/** One part of a template, ready to be filled in as often as needed. */
export class CompiledPart {
  private readonly translated: Translated;
  private readonly templates: Template[];
  private readonly engine: Liquid;

  /** Throws `TemplateFault`. */
  constructor(source: string, mode: Mode) {
    this.engine = engines[mode];
    this.translated = translate(source);
    try {
      this.templates = this.engine.parse(this.translated.source);
    } catch (error) {
      throw faultOf(error, this.translated);
    }
  }

  /** Throws `TemplateFault` when a limit is reached. Takes up to 200 ms, during which nothing else runs. */
  fill(variables: object): string {
    try {
      const result: unknown = this.engine.renderSync(this.templates, variables);
      const text = typeof result === 'string' ? result : '';
      if (text.length > longestResult) throw new Error('output limit exceeded');
      return text;
    } catch (error) {
      throw faultOf(error, this.translated);
    }
  }

  /** Every variable that has to come from outside. Throws `TemplateFault`. */
  named(): Named[] {
    try {
      const { globals } = this.engine.analyzeSync(this.templates, { partials: false });
      return Object.values(globals).flatMap((uses) =>
        uses.map(({ segments, location: { row, col } }) => {
          const end = segments.findIndex((segment) => typeof segment === 'object');
          const fixed = end === -1 ? segments : segments.slice(0, end);
          const path = fixed.filter((segment) => typeof segment !== 'object');
          return { path, ...this.translated.placeAt(offsetOf(this.translated.source, row, col)) };
        }),
      );
    } catch (error) {
      throw faultOf(error, this.translated);
    }
  }
}

const offsetOf = (source: string, row: number, column: number): number =>
  source
    .split('\n')
    .slice(0, row - 1)
    .reduce((offset, line) => offset + line.length + 1, column - 1);
