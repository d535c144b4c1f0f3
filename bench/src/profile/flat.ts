import type { Profiler } from 'node:inspector';

/** Self time of a function, or of all functions of a part, milliseconds. */
export interface Self {
  name: string;
  ms: number;
}

export interface FlatProfile {
  /** Of the main thread, without idle time. */
  busyMs: number;
  /** The dearest first. */
  functions: Self[];
  parts: Self[];
}

type Frame = Profiler.ProfileNode['callFrame'];

const idle: readonly string[] = ['(idle)', '(root)'];
const native: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code outside JavaScript',
};

/** `apps/gateway/dist/app.js`, `pg/lib/client.js`, `node:net`, or nothing for what V8 and Node have built in. */
const placeOf = (url: string): string =>
  url.replace(/^.*\/node_modules\//, '').replace(/^file:.*?\/((?:apps|libs|tools)\/)/, '$1');

const partOf = ({ functionName, url }: Frame): string => {
  const named = native[functionName];
  if (named !== undefined) return named;
  if (url === '') return 'built-in functions, with their system calls';
  if (url.startsWith('node:')) return "Node's modules";
  const place = placeOf(url);
  const [first = '', second = ''] = place.split('/');
  return /^(@|apps$|libs$|tools$)/.test(first) ? `${first}/${second}` : first;
};

const nameOf = ({ functionName, url, lineNumber }: Frame): string => {
  const named = native[functionName];
  if (named !== undefined) return named;
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
};

const dearestFirst = (sums: ReadonlyMap<string, number>): Self[] =>
  [...sums].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);

/** Where a profiled thread spent its time, by function and by package: by what ran at each sample until the next. */
export const flatten = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): FlatProfile => {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const parts = new Map<string, number>();
  let busyMs = 0;
  for (const [n, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame === undefined || idle.includes(frame.functionName)) continue;
    const ms = (timeDeltas[n + 1] ?? 0) / 1000;
    busyMs += ms;
    const [name, part] = [nameOf(frame), partOf(frame)];
    functions.set(name, (functions.get(name) ?? 0) + ms);
    parts.set(part, (parts.get(part) ?? 0) + ms);
  }
  return { busyMs, functions: dearestFirst(functions), parts: dearestFirst(parts) };
};
