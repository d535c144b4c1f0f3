import { type CallContext, instant, type mailboxQueries, type RpcOutput } from '@aftertone/contracts';
import { asTenant, pageOf, readCursor } from '@aftertone/event-store';
import { z } from 'zod';
import type { CallInput } from '../calls/request.ts';
import type { Ground } from '../ground/ground.ts';
import type { MailboxDirectory } from '../mailboxes/directory/mailbox.query.ts';
import { mailboxNotFound } from '../mailboxes/mailbox.decider.ts';
import { type Due, dueMessages } from './due.query.ts';
import { type Ask, rulesOfAll } from './ruled-mailboxes.query.ts';
import { cutoffsOf, ruleOf } from './rules.ts';

const listKey = z.tuple([instant, z.string()]);

/** Shows what the rules would take away from a mailbox now. */
export class RetentionPreview {
  private readonly ground: Ground;
  private readonly directory: MailboxDirectory;

  constructor(ground: Ground, directory: MailboxDirectory) {
    this.ground = ground;
    this.directory = directory;
  }

  async list(
    { id: mailboxId, limit, cursor }: CallInput<typeof mailboxQueries.previewRetention>,
    call: CallContext,
  ): Promise<RpcOutput<typeof mailboxQueries.previewRetention>> {
    await this.directory.require(call, mailboxId, 'settings');
    const { tenantId } = call;
    const [since, id] = cursor === undefined ? [] : readCursor(cursor, listKey);
    const after = since === undefined || id === undefined ? null : { since: new Date(since), id };
    const { retention, due } = await asTenant(this.ground.reader, tenantId, async (manager) => {
      const ask: Ask = (text, values) => manager.query(text, values);
      const [rules] = await rulesOfAll(ask, [{ tenantId, mailboxId }]);
      if (rules === undefined) throw mailboxNotFound();
      const cutoffs = rules.held ? [] : cutoffsOf(rules.retention, this.ground.clock());
      const searches = cutoffs.map((cutoff) => ({ ...cutoff, tenantId, mailboxId, after }));
      return { retention: rules.retention, due: (await dueMessages(ask, searches, limit + 1)).due };
    });
    const shown = ({ id: messageId, stage, since: from, bytes }: Due) => ({
      ...{ messageId, ...ruleOf[stage] },
      ...{ since: from.toISOString(), bytes },
    });
    return { ...pageOf(due.slice(0, limit + 1), limit, shown, (row) => [row.since.toISOString(), row.id]), retention };
  }
}
