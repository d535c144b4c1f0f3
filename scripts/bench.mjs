// npm run bench -- [arguments of the benchmark]
import { build, prepare, runInstead } from './prepare.mjs';

const node = await prepare();
// The benches start whole installations, and mailbox-svc writes the read models that one of them fills.
await build(node, '@aftertone/bench,@aftertone/mailbox-svc');
process.exit(await runInstead(node, ['bench/dist/main.js', ...process.argv.slice(2)]));
