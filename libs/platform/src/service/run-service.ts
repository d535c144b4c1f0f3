import { createLogger, type Logger } from '../logging/logger.ts';
import { type RunningService, type ServiceOptions, startService } from './start-service.ts';

/** Lets the last lines out before the process ends. */
const exit = (logger: Logger, code: number): void => {
  logger.flush();
  process.exit(code);
};

/**
 * The whole life of a service process. SIGTERM and SIGINT end it in order, within its drain and grace times, with code 0;
 * a bug that nobody caught, a start that fails or an end that takes too long are logged and give code 1.
 */
export const runService = async (options: ServiceOptions): Promise<RunningService | undefined> => {
  const logger = createLogger({ service: options.name, level: options.config.LOG_LEVEL });
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'the process ends because of a bug');
    exit(logger, 1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  // As the first process of a container a signal that nobody takes does nothing: so also while it starts.
  let service: RunningService | undefined;
  let ending = false;
  const end = async (signal: string): Promise<void> => {
    if (ending) return;
    ending = true;
    logger.info({ signal }, 'ending');
    const inTime = service === undefined || (await service.close());
    logger[inTime ? 'info' : 'error']({ inTime }, 'ended');
    exit(logger, inTime ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal).catch(die));
  try {
    service = await startService(options, logger);
    return service;
  } catch (error) {
    logger.fatal({ err: error }, 'cannot start');
    exit(logger, 1);
    return undefined;
  }
};
