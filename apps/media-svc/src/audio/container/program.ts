import { readFileSync } from 'node:fs';

/** What `tools/sound-files` exports. Numbers are addresses in `memory`, or amounts. */
export interface Program {
  readonly memory: WebAssembly.Memory;
  input(bytes: number): number;
  skip(bytes: number): void;
  open(): number;
  next(): number;
  sound(): number;
  packet(): number;
  text(): number;
  text_bytes(): number;
  sample_rate(): number;
  channels(): number;
  promised(): number;
  delay(): number;
  trim_end(): number;
  broken(): number;
}

/** Beside `src` as beside `dist`. */
const file = new URL('../../../decoders/sound-files.wasm', import.meta.url);

let compiled: WebAssembly.Module | undefined;

const isProgram = (exports: object): exports is Program => 'memory' in exports && 'skip' in exports;

/** An instance for one file: what a damaged one does to it ends with it. It can reach nothing but its own memory. */
export const startProgram = (): Program => {
  compiled ??= new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(compiled);
  if (!isProgram(exports)) throw new Error('sound-files.wasm is of another version');
  return exports;
};
