// npm run chaos -- [names…] [--deposits 2000] [--in-flight 16] [--seed <text>] [--previous <commit>] [--allow-skips] [--keep]
import { build, prepare, runInstead } from './prepare.mjs';

const node = await prepare();
await build(node, 'apps/*');
process.exit(await runInstead(node, ['--conditions=source', 'chaos/main.ts', ...process.argv.slice(2)]));
