import { runCommands } from '@aftertone/platform';
import { run } from './run.ts';

await runCommands(run);
