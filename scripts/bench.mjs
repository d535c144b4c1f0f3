// npm run bench -- [arguments of the benchmark]
import { build, prepare, runInstead } from './prepare.mjs';

const node = prepare();
build(node, '@aftertone/bench');
process.exit(await runInstead(node, ['bench/dist/main.js', ...process.argv.slice(2)]));
