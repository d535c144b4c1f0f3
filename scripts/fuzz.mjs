// npm run fuzz -- [--cases 100000] [--seed <number>]: damaged recordings for the decoders, as `npm test` has a thousand

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, runInstead } from './prepare.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
const node = await prepare();
const file = join(tmpdir(), `aftertone-fuzz-${process.pid}`);
console.log(`By --seed ${values.seed}; the file at work is ${file}`);
const env = { ...process.env, CASES: values.cases, SEED: values.seed, CASE_FILE: file };
const script = 'apps/media-svc/src/spec-support/fuzz-audio.ts';
process.exit(await runInstead(node, ['--conditions=source', '--expose-gc', script], { env }));
