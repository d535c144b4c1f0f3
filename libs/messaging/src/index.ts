export type { Bus, UpListener } from './bus/bus.ts';
export { type BusOptions, connectBus } from './bus/connect-bus.ts';
export type { IncomingEvent } from './consumer/incoming-event.ts';
export { type ConsumerOptions, type RunningConsumer, startConsumer } from './consumer/start-consumer.ts';
export {
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterState,
  listDeadLetters,
  type Queryable,
  replayDeadLetters,
  showDeadLetter,
} from './dead-letters/dead-letters.ts';
export { messagingMigrations } from './dead-letters/migration.ts';
export type { Log } from './log.ts';
export { RpcClient, type RpcClientOptions } from './rpc/rpc-client.ts';
export { RpcHandler, type RpcMethod } from './rpc/rpc-handler.ts';
export { type AroundCall, type RpcServerOptions, rpcServer } from './rpc/rpc-server.ts';
export type { StreamSettings } from './streams/event-stream.ts';
export { type JetStreamTarget, type JetStreamTargetOptions, jetStreamTarget } from './streams/jetstream-target.ts';
export { type HeldConsumer, type PushConsumer, PushConsumers, takesManyFilters } from './streams/push-consumers.ts';
export { StreamPositions } from './streams/stream-positions.ts';
export { type Tail, type TailedEvent, type TailOptions, tailEvents } from './tail/tail-events.ts';
