import type { CloudEvent } from '@aftertone/contracts';
import type { QueryResult, QueryResultRow } from 'pg';
import { type AccessChange, accessChange } from './access-change.ts';

interface Queryable {
  query<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<QueryResult<Row>>;
}

/** One statement: owners and the version that they belong to never differ. */
const recordMailbox = `
  WITH newer AS (
    INSERT INTO shared_mailbox AS known (tenant_id, mailbox_id, is_group, version) VALUES ($1, $2, $3, $5)
    ON CONFLICT (tenant_id, mailbox_id) DO UPDATE SET is_group = excluded.is_group, version = excluded.version
    WHERE known.version < excluded.version
    RETURNING tenant_id, mailbox_id
  ), former AS (
    UPDATE mailbox_person p SET owns = false FROM newer
    WHERE p.tenant_id = newer.tenant_id AND p.mailbox_id = newer.mailbox_id AND p.owns AND p.user_id <> ALL ($4::uuid[])
  )
  INSERT INTO mailbox_person (tenant_id, user_id, mailbox_id, owns, listens, member_version)
  SELECT tenant_id, owner, mailbox_id, true, false, 0 FROM newer, unnest($4::uuid[]) AS owner
  ON CONFLICT (tenant_id, user_id, mailbox_id) DO UPDATE SET owns = true`;

const recordMember = `
  INSERT INTO mailbox_person AS known (tenant_id, user_id, mailbox_id, owns, listens, member_version)
  VALUES ($1, $2, $3, false, $4, $5)
  ON CONFLICT (tenant_id, user_id, mailbox_id) DO UPDATE
  SET listens = excluded.listens, member_version = excluded.member_version
  WHERE known.member_version < excluded.member_version`;

/**
 * Who may listen to which group mailbox, as mailbox-svc tells it: the sessions of these people hear its events. Members
 * of a mailbox that is no group now are remembered for when it is one again.
 */
export class GroupAccess {
  private readonly database: Queryable;

  constructor(database: Queryable) {
    this.database = database;
  }

  /** Events may come twice, late and out of order: an older one never undoes a newer one. */
  async apply(events: readonly CloudEvent[]): Promise<void> {
    for (const event of events) {
      const change = accessChange(event);
      if (change !== null) await this.record(change, event);
    }
  }

  private async record(change: AccessChange, { tenantid, streamversion }: CloudEvent): Promise<void> {
    switch (change.kind) {
      case 'mailbox': {
        const { mailboxId, isGroup, ownerUserIds } = change;
        await this.database.query(recordMailbox, [tenantid, mailboxId, isGroup, ownerUserIds, streamversion]);
        return;
      }
      case 'member': {
        const { userId, mailboxId, listens } = change;
        await this.database.query(recordMember, [tenantid, userId, mailboxId, listens, streamversion]);
        return;
      }
    }
  }
}
