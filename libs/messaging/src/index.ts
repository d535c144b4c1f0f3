export type { Bus, UpListener } from './bus/bus.ts';
export { type BusOptions, connectBus } from './bus/connect-bus.ts';
export type { Log } from './log.ts';
export { RpcClient, type RpcClientOptions } from './rpc/rpc-client.ts';
export { RpcHandler, type RpcMethod } from './rpc/rpc-handler.ts';
export { type AroundCall, type RpcServerOptions, rpcServer } from './rpc/rpc-server.ts';
