import 'reflect-metadata';
import { loadConfig, runService } from '@aftertone/platform';
import { configSchema } from './config.ts';
import { mediaService } from './service.ts';

await runService(mediaService(loadConfig(configSchema)));
