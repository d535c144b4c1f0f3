import type { Right } from '@aftertone/contracts';
import type { EntityManager } from 'typeorm';
import type { Access } from '../access/rights.ts';

const pageSize = 500;

interface Place {
  tenantId: string;
  mailboxId: string;
}

export interface ClaimedMessage {
  id: string;
  userId: string;
}

/** A page of what people, or one of them, have in hand in a mailbox, deleted messages too. */
export const claimedIn = (
  manager: EntityManager,
  { tenantId, mailboxId }: Place,
  { userId, after }: { userId: string | null; after: string | undefined },
): Promise<ClaimedMessage[]> =>
  manager.query<ClaimedMessage[]>(
    `SELECT id, assignee_user_id AS "userId" FROM message
     WHERE tenant_id = $1 AND mailbox_id = $2 AND state = 'claimed' AND assignee_user_id IS NOT NULL
       AND ($3::uuid IS NULL OR assignee_user_id = $3) AND ($4::uuid IS NULL OR id > $4)
     ORDER BY id LIMIT $5`,
    [tenantId, mailboxId, userId, after ?? null, pageSize],
  );

/** Null: there is no open mailbox. */
export const mailboxAccessNow = async (
  manager: EntityManager,
  { tenantId, mailboxId }: Place,
): Promise<Pick<Access, 'type' | 'ownerUserIds' | 'defaultRole'> | null> => {
  const [row] = await manager.query<Pick<Access, 'type' | 'ownerUserIds' | 'defaultRole'>[]>(
    `SELECT access_type AS type, owner_user_ids AS "ownerUserIds", coalesce(default_role, 'agent') AS "defaultRole"
     FROM mailbox WHERE tenant_id = $1 AND id = $2`,
    [tenantId, mailboxId],
  );
  return row ?? null;
};

export const rightsOfMembers = async (
  manager: EntityManager,
  { tenantId, mailboxId }: Place,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Right[]>> => {
  const rows = await manager.query<{ user_id: string; rights: Right[] }[]>(
    'SELECT user_id, rights FROM mailbox_member WHERE tenant_id = $1 AND mailbox_id = $2 AND user_id = ANY ($3::uuid[])',
    [tenantId, mailboxId, userIds],
  );
  return new Map(rows.map(({ user_id, rights }) => [user_id, rights]));
};
