export { type Layout, layoutOf, logFile } from './data-folder/layout.ts';
export type { Ports } from './data-folder/ports.ts';
export { type ProcessRecord, ProcessRecords } from './data-folder/process-records.ts';
export { ensureSecrets, makeSecrets, SERVICES, type Secrets, type Service } from './data-folder/secrets.ts';
export { type DeploySecrets, type DeployServers, deploySecrets } from './deploy/deploy-secrets.ts';
export { natsAccounts } from './deploy/nats-accounts.ts';
export type { CalloutKeys } from './nats/accounts.ts';
export { DEFAULT_NATS_IMAGE, type LocateOptions, locateNats, type NatsSource } from './nats/locate.ts';
export {
  type NatsOptions,
  natsAddress,
  natsProgram,
  randomSecret,
  type UsersFiles,
  usersFilesOf,
} from './nats/program.ts';
export type { NatsUser } from './nats/user-entry.ts';
export { hasCallout, natsVersion } from './nats/version.ts';
export { databaseUrl, type PostgresOptions, postgresProgram, superuserUrl } from './postgres/program.ts';
export { ensureServiceDatabase } from './postgres/service-database.ts';
export { guard } from './process/guard.ts';
export { identify, isAlive, type ProcessIdentity } from './process/identity.ts';
export { freePort, isPortFree } from './process/ports.ts';
export { launch, type Program, ProgramFailed, type RunningProgram, untilReady } from './process/program.ts';
export { run } from './process/run.ts';
export { WaitTimedOut, waitFor } from './process/wait.ts';
export { calloutKeys, ownBus, ownDirectLogins } from './supervisor/bus-access.ts';
export { busUsers, systemUser } from './supervisor/bus-users.ts';
export { ensureDatabases } from './supervisor/databases.ts';
export { Keeper } from './supervisor/keeper.ts';
export { FIRST_TENANT, type ServiceSurroundings, servicePrograms } from './supervisor/services.ts';
export { readSettings } from './supervisor/settings.ts';
