import { closeServiceStore, openServiceStore } from '@aftertone/event-store';
import {
  attempt,
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
import { ruleOf } from '../retention/rules.ts';
import { sweep } from '../retention/sweep.ts';
import { readCommand, usage, type Wanted } from './options.ts';

const environmentSchema = z.object({ ...keySettings, DATABASE_URL_MAILBOX: databaseUrl });

/** The operator's commands about how long messages are kept. */
export const run: Commands = async ([topic, ...args], environment, output) => {
  const wanted = topic === 'retention' ? readCommand(args) : null;
  if (wanted === null) {
    output.err(usage);
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
      return await (wanted.dryRun ? listDue(ground, wanted, output) : sweepNow(ground, wanted, output));
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

const sweepNow = async (ground: Ground, { scope }: Wanted, output: Output): Promise<number> => {
  const { deleted, purged, left, failed } = await sweep({ ground, scope });
  output.out(`${deleted} deleted, ${purged} purged, ${left} changed meanwhile and left, ${failed} failed`);
  return failed === 0 ? 0 : 1;
};
