// npm run cli -- dead-letters|deliveries list|show <id>|replay <id> [--data-dir .data]
// npm run cli -- media storages|migrate|verify [--data-dir .data]
// npm run cli -- retention sweep [--dry-run] [--data-dir .data]
import { prepare, runInstead } from './prepare.mjs';

const node = await prepare();
process.exit(await runInstead(node, ['tools/local/src/main.ts', 'cli', ...process.argv.slice(2)]));
