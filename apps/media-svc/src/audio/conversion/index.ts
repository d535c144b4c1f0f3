// What the benchmarks take from here.
export { Readings } from '../container/readings.ts';
export { SoundFile } from '../container/sound-file.ts';
export { convert } from './convert.ts';
export { openEncoder } from './encoder.ts';
export { type StoredSound, type Target, targetOf } from './target.ts';
