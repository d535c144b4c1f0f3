// npm start -- [--port 8080] [--data-dir .data] [--no-demo] [--no-build] [--detach]
import { prepare, runInstead } from './prepare.mjs';

const node = await prepare();
process.exit(await runInstead(node, ['tools/local/src/main.ts', 'start', ...process.argv.slice(2)]));
