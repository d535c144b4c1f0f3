import { randomBytes } from 'node:crypto';
import type { CallContext, Rpc, RpcInput, RpcOutput } from '@aftertone/contracts';
import { connectBus, RpcClient } from '@aftertone/messaging';
import { createLogger, parseConfig, startService } from '@aftertone/platform';
import { uniqueCell } from '@aftertone/testing';
import { configSchema } from '../config.ts';
import { mailboxService } from '../service.ts';

export interface RunningMailboxService {
  url: string;
  cell: string;
  call<R extends Rpc>(rpc: R, input: RpcInput<R>, context: CallContext): Promise<RpcOutput<R>>;
  /** By part, as /readyz tells. */
  ready(): Promise<{ status: number; checks: Record<string, boolean> }>;
  /** Whether the grace time was enough. */
  close(): Promise<boolean>;
}

/** mailbox-svc as a process runs it, on a free port, and a client that calls it over the bus. */
export const runMailboxService = async (
  databaseUrl: string,
  natsUrl: string,
  kek = randomBytes(32).toString('base64'),
): Promise<RunningMailboxService> => {
  const cell = uniqueCell();
  const config = parseConfig(configSchema, {
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    AFTERTONE_CELL: cell,
    NATS_URL: natsUrl,
    DATABASE_URL_MAILBOX: databaseUrl,
    AFTERTONE_KEK: kek,
    SHUTDOWN_GRACE_MS: '5000',
  });
  const logger = createLogger({ service: 'mailbox-svc', level: config.LOG_LEVEL });
  const service = await startService(mailboxService(config), logger);
  const bus = connectBus({ url: natsUrl, name: 'test' });
  const client = new RpcClient({ bus, cell });
  return {
    url: service.url,
    cell,
    call: (rpc, input, context) => client.call(rpc, input, { ...context, deadline: Date.now() + rpc.deadlineMs }),
    ready: async () => {
      const response = await fetch(`${service.url}/readyz`);
      const { checks } = (await response.json()) as { checks: Record<string, boolean> };
      return { status: response.status, checks };
    },
    close: async () => {
      await bus.close();
      return service.close();
    },
  };
};
