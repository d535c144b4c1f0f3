import { DomainError } from '@aftertone/kernel';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentCorrelation } from './correlation.ts';
import { redacted, redactedFields } from './redaction.ts';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface LoggerOptions {
  /** Name of the service on every line. */
  service: string;
  level?: (typeof logLevels)[number];
  /** Where the lines go; standard output unless given. */
  destination?: DestinationStream;
}

const describe = (error: unknown): unknown => {
  if (!(error instanceof Error)) return redacted(error);
  return {
    type: error.name,
    message: error.message,
    ...(error instanceof DomainError ? { code: error.code, kind: error.kind, details: redacted(error.details) } : {}),
    ...('code' in error && !(error instanceof DomainError) ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
};

/** JSON lines with the correlation of what is being worked on, without secrets and caller data. */
export const createLogger = ({ service, level = 'info', destination }: LoggerOptions): Logger => {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...currentCorrelation() }),
    serializers: { err: describe },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redactedFields(fields),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};

/** A logger for what is said before there is a configuration. */
export const systemLogger = (service: string): Logger => createLogger({ service });
