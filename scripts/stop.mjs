// npm stop -- [--data-dir .data]
import { prepare, runInstead } from './prepare.mjs';

const node = await prepare();
process.exit(await runInstead(node, ['tools/local/src/main.ts', 'stop', ...process.argv.slice(2)]));
