// npm run bench -- [arguments of the benchmark]
import { build, prepare, runInstead } from './prepare.mjs';

const node = await prepare();
await build(node, '@aftertone/bench');
process.exit(await runInstead(node, ['bench/dist/main.js', ...process.argv.slice(2)]));
