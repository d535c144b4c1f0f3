export { makeSecrets } from './data-folder/secrets.ts';
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
export { WaitTimedOut, waitFor } from './process/wait.ts';
export { busUsers, systemUser } from './supervisor/bus-users.ts';
