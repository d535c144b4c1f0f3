// What the benchmarks take from here.
export { convert } from './convert.ts';
export { openEncoder } from './encoder.ts';
export { type StoredSound, type Target, targetOf } from './target.ts';
