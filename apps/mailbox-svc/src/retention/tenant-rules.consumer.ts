import { type Bus, type Log, type RunningConsumer, startConsumer } from '@aftertone/messaging';
import type { Ground } from '../ground/ground.ts';
import { TenantRules } from './tenant-rules.ts';

interface ConsumerParts {
  ground: Ground;
  bus: Bus;
  cell: string;
  log: Log;
}

export const tenantRulesDurable = 'mailbox-tenant-rules';

/** Hears from the gateway how long tenants keep messages, in one process of all. */
export const consumeTenantRules = ({ ground, ...parts }: ConsumerParts): RunningConsumer => {
  const rules = new TenantRules(ground);
  return startConsumer({
    ...parts,
    databaseUrl: ground.store.url,
    durable: tenantRulesDurable,
    source: 'gateway',
    filter: 'evt.*.identity.tenants.*.*',
    handle: (incoming) => rules.apply(incoming.map(({ event }) => event)),
  });
};
