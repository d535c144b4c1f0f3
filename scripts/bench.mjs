// npm run bench -- [arguments of the benchmark]
import { build, prepare, runInstead } from './prepare.mjs';

const node = await prepare();
// mailbox-svc is part of no bench, but of the installation that several of them start.
await build(node, '@aftertone/bench,@aftertone/mailbox-svc');
process.exit(await runInstead(node, ['bench/dist/main.js', ...process.argv.slice(2)]));
