// npm run -s deploy -- nats-accounts|secrets [options]
import { prepare, runInstead } from './prepare.mjs';

const node = await prepare();
process.exit(await runInstead(node, ['tools/local/src/deploy/main.ts', ...process.argv.slice(2)]));
