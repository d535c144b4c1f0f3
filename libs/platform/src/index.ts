export {
  attempt,
  type Commands,
  type Output,
  quietLog,
  readArguments,
  runCommands,
} from './cli/command-line.ts';
export { ConfigError, loadConfig, parseConfig } from './config/load-config.ts';
export {
  base64Key,
  busSettings,
  databaseUrl,
  grantSettings,
  integer,
  keySettings,
  linkSettings,
  optionalText,
  serverSettings,
} from './config/settings.ts';
export { type Grant, type GrantVerb, grant, grantExpiry, signGrant, verifyGrant } from './grants/grant.ts';
export { type Checks, type Readiness, registerHealth } from './health/health.ts';
export { ProblemFilter } from './http/problem.filter.ts';
export { type Problem, problemContentType, problemOf, type StatusTable } from './http/problem.ts';
export { rawAnswer, writePiece } from './http/raw-answer.ts';
export { followRequests } from './http/requests.ts';
export { type Link, linkUrl, readLink, readTicket, signLink, signTicket } from './links/link.ts';
export type { LinkSecrets } from './links/signed.ts';
export { type Correlation, correlate, currentCorrelation } from './logging/correlation.ts';
export { createLogger, type Logger, type LoggerOptions, logLevels, systemLogger } from './logging/logger.ts';
export { NestLogger } from './logging/nest-logger.ts';
export { type AroundCall, observeCalls } from './logging/observe-calls.ts';
export { redacted } from './logging/redaction.ts';
export { callDuration, metrics, requestDuration } from './metrics.ts';
export { observeRelay, type RelayStanding } from './observe-relay.ts';
export { fastifyAdapter, type ServerLimits } from './service/fastify.ts';
export { type JobOptions, runJob } from './service/run-job.ts';
export { runService } from './service/run-service.ts';
export { type RunningService, type ServiceOptions, startService, type Transport } from './service/start-service.ts';
export { Turns, type TurnsOptions } from './turns/turns.ts';
