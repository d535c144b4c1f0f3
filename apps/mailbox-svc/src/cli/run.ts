import { closeServiceStore, openServiceStore } from '@aftertone/event-store';
import { connectBus } from '@aftertone/messaging';
import {
  attempt,
  busSettings,
  type Commands,
  databaseUrl,
  keySettings,
  type Output,
  parseConfig,
  quietLog,
} from '@aftertone/platform';
import { z } from 'zod';
import type { Ground } from '../ground/ground.ts';
import { entities, kinds } from '../ground/model.ts';
import { migrations } from '../migrations/index.ts';
import { dueInAll } from '../retention/due-in-all.ts';
import type { Scope } from '../retention/ruled-mailboxes.query.ts';
import { ruleOf } from '../retention/rules.ts';
import { sweep } from '../retention/sweep.ts';
import { TenantNews } from '../retention/tenant-news.ts';
import { readCommand, usage, type Wanted } from './options.ts';

const environmentSchema = z.object({ ...keySettings, ...busSettings, DATABASE_URL_MAILBOX: databaseUrl });

type Config = z.output<typeof environmentSchema>;

/** The operator's commands about how long messages are kept. */
export const run: Commands = async ([topic, ...args], environment, output) => {
  const wanted = topic === 'retention' ? readCommand(args) : usage;
  if (typeof wanted === 'string') {
    output.err(wanted);
    return 2;
  }
  return attempt(output, async () => {
    const config = parseConfig(environmentSchema, environment);
    const opened = await openServiceStore({
      url: config.DATABASE_URL_MAILBOX,
      keks: [config.AFTERTONE_KEK, ...config.AFTERTONE_KEK_PREVIOUS],
      ...{ kinds, entities, migrations, applicationName: 'mailbox-cli' },
      logger: { ...quietLog, error: (context: object, message: string) => output.err(lineOf(context, message)) },
    });
    try {
      const ground = { ...opened, clock: opened.clock.now };
      if (!(await hasMailboxes(ground, wanted.scope))) {
        output.err('There is no such mailbox, or none of this tenant.');
        return 1;
      }
      return await (wanted.dryRun ? listDue(ground, wanted, output) : sweepNow(ground, config, wanted, output));
    } finally {
      await closeServiceStore(opened);
    }
  });
};

/** What failed, of which message, and why. */
const lineOf = (context: object, message: string): string => {
  const { messageId = '', err } = context as { messageId?: string; err?: unknown };
  return [message, messageId, err instanceof Error ? err.message : ''].filter(Boolean).join('  ');
};

/** Nothing to look at is a wrong id rather than good news; an installation may be empty. */
const hasMailboxes = async ({ store }: Ground, { tenantId, mailboxId }: Scope): Promise<boolean> => {
  if (tenantId === undefined && mailboxId === undefined) return true;
  const { rowCount } = await store.pool.query(
    'SELECT FROM mailbox WHERE ($1::uuid IS NULL OR tenant_id = $1) AND ($2::uuid IS NULL OR id = $2) LIMIT 1',
    [tenantId, mailboxId],
  );
  return rowCount === 1;
};

const listDue = async ({ store, clock }: Ground, { scope }: Wanted, output: Output): Promise<number> => {
  let [messages, size] = [0, 0];
  for await (const batch of dueInAll(store.pool, { now: clock(), scope })) {
    for (const { tenantId, mailboxId, id, stage, since, bytes } of batch) {
      const { rule, action } = ruleOf[stage];
      output.out([action, rule, since.toISOString(), bytes, tenantId, mailboxId, id].join('  '));
      messages += 1;
      if (action === 'purge') size += bytes;
    }
  }
  output.out(`${messages} would go, nothing was changed; recordings of ${size} bytes would be let go of`);
  return 0;
};

const sweepNow = async (ground: Ground, config: Config, { scope }: Wanted, output: Output): Promise<number> => {
  const { AFTERTONE_CELL: cell, NATS_URL: url, NATS_USER: user, NATS_PASSWORD: password } = config;
  const bus = connectBus({ url, user, password, name: 'mailbox-cli' });
  try {
    const { deleted, purged, left, failed } = await sweep({ ground, news: new TenantNews({ bus, cell }), scope });
    output.out(`${deleted} deleted, ${purged} purged, ${left} changed meanwhile and left, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await bus.close();
  }
};
