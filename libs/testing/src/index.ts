export {
  busUsers,
  type CalloutKeys,
  freePort,
  hasCallout,
  type NatsSource,
  type NatsUser,
  natsVersion,
  systemUser,
  usersFilesOf,
} from '@aftertone/local';
export { givenFolder, type TestFolder, temporaryFolder } from './cleanup.ts';
export { deciderSpec, type Outcome } from './decider-spec.ts';
export { type EventuallyOptions, eventually } from './eventually.ts';
export { freeze, thaw } from './freeze.ts';
export { type HttpDecision, type HttpSinkOptions, startHttpSink, type TestHttpSink } from './http-sink.ts';
export type { HttpBehaviour, SinkRequest } from './http-sink-behaviour.ts';
export { selfSignedCertificate, type TestCertificate } from './http-sink-certificate.ts';
export { natsUrl, OwnNats, type OwnNatsOptions, startNats, uniqueCell } from './nats.ts';
export { type NatsKind, natsKinds } from './nats-servers.ts';
export { type Lack, type ObjectServerKind, type OwnObjectServer, objectServerKinds } from './object-servers.ts';
export { freshDatabase, type OwnPostgresOptions, startPostgres, type TestDatabase } from './postgres.ts';
export { OwnServer } from './server-control.ts';
export { type ReceivedMail, type SmtpBehaviour, type SmtpOptions, startSmtp, type TestSmtp } from './smtp.ts';
