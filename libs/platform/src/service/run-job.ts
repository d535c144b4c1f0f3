import { createLogger, type Logger, type logLevels } from '../logging/logger.ts';

export interface JobOptions {
  /** For example `mailbox-svc-migrate`; on every log line. */
  name: string;
  level: (typeof logLevels)[number];
  work: (logger: Logger) => Promise<void>;
}

/** The whole life of a process that does one thing: code 0 when it is done, else the cause in its log and code 1. */
export const runJob = async ({ name, level, work }: JobOptions): Promise<void> => {
  const logger = createLogger({ service: name, level });
  try {
    await work(logger);
    logger.flush();
  } catch (error) {
    logger.fatal({ err: error }, 'failed');
    logger.flush();
    process.exit(1);
  }
};
