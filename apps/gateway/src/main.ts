import { loadConfig, runService } from '@aftertone/platform';
import { configSchema } from './config.ts';
import { gateway } from './gateway.ts';

await runService(gateway(loadConfig(configSchema)));
