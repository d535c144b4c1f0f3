import 'reflect-metadata';
import { loadConfig, runService } from '@aftertone/platform';
import { configSchema } from './config.ts';
import { notifyService } from './service.ts';

await runService(notifyService(loadConfig(configSchema)));
