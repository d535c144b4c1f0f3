import type { Due } from './due.query.ts';
import { type Ask, rulesOfAll } from './ruled-mailboxes.query.ts';
import { cutoffsOf } from './rules.ts';

/** Those of them that go by the rules as they are in this moment: a rule may have been revoked since they were found. */
export const stillDue = async (ask: Ask, found: readonly Due[], now: Date): Promise<Due[]> => {
  const keys = new Map(found.map(({ tenantId, mailboxId }) => [mailboxId, { tenantId, mailboxId }]));
  const rules = await rulesOfAll(ask, [...keys.values()]);
  const cutoffs = new Map(
    rules.flatMap(({ mailboxId, retention, held }) =>
      held ? [] : cutoffsOf(retention, now).map(({ stage, through }) => [`${mailboxId} ${stage}`, through] as const),
    ),
  );
  return found.flatMap((due) => {
    const through = cutoffs.get(`${due.mailboxId} ${due.stage}`);
    return through === undefined || due.since > through ? [] : [{ ...due, through }];
  });
};
