import { readdirSync, readFileSync } from 'node:fs';

/** Golden files serve as the examples of the documents. Found from `src/` and from `dist/` alike. */
const folder = new URL('../../src/golden/', import.meta.url);

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));

export interface Sample {
  name: string;
  payload: unknown;
}

/** All golden events of one type, in the order of their file names. */
export const eventSamples = (type: string): Sample[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith(`${type}.v`) && name.endsWith('.json'))
    .sort()
    .map((name) => ({ name: name.replace(/\.json$/, ''), payload: read(name) }));

/** The golden call of one action, `<service>.<name>`. */
export const callSample = (call: string): { input: unknown; output: unknown } => {
  const sample = read(`calls/${call}.json`);
  if (typeof sample !== 'object' || sample === null || !('input' in sample) || !('output' in sample)) {
    throw new Error(`the golden call ${call} has no input and output`);
  }
  return sample;
};
