// Installs what is missing and says which Node the rest runs on.
import { execFileSync } from 'node:child_process';
import { prepare } from './prepare.mjs';

const node = await prepare();
console.log(`Dependencies are installed; Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
