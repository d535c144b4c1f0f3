import 'reflect-metadata';
import { loadConfig, runService } from '@aftertone/platform';
import { configSchema } from './config.ts';
import { mailboxService } from './service.ts';

await runService(mailboxService(loadConfig(configSchema)));
