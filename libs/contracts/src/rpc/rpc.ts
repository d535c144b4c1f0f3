import type { z } from 'zod';
import { callSubject } from '../subjects.ts';

export type ServiceName = 'mailbox' | 'media' | 'notify' | 'gateway';

/**
 * One request/reply action between services: `cmd.<cell>.<service>.<name>` or `query.<cell>.<service>.<name>`.
 * Both sides check `input` and `output`.
 */
export interface Rpc<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  kind: 'cmd' | 'query';
  service: ServiceName;
  name: string;
  input: In;
  output: Out;
  /** How long the caller waits, milliseconds. */
  deadlineMs: number;
}

export type RpcInput<R extends Rpc> = z.input<R['input']>;
export type RpcOutput<R extends Rpc> = z.output<R['output']>;

export const rpcSubject = (rpc: Rpc, cell: string): string => callSubject(rpc.kind, cell, rpc.service, rpc.name);

const rpc =
  (kind: Rpc['kind'], service: ServiceName, deadlineMs: number) =>
  <In extends z.ZodType, Out extends z.ZodType>(name: string, input: In, output: Out): Rpc<In, Out> => ({
    kind,
    service,
    name,
    input,
    output,
    deadlineMs,
  });

export const commandsOf = (service: ServiceName) => rpc('cmd', service, 5_000);
export const queriesOf = (service: ServiceName) => rpc('query', service, 5_000);
