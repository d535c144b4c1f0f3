import type { Pool } from 'pg';
import { KnownCounts } from '../known/known-counts.ts';
import { KnownTenants } from '../known/known-tenants.ts';
import { KnownUsers } from '../known/known-users.ts';
import type { NoticeFacts } from '../templates/facts/facts.ts';

/** For whom an e-mail is, and which mailboxes it is about. */
export interface AboutReader {
  tenantId: string;
  userId: string | null;
  /** Address; where no user is named, the one whose address it is. */
  recipient: string;
  mailboxIds: readonly string[];
}

export type ReaderFacts = Required<Pick<NoticeFacts, 'tenantName' | 'counts'>> & { name: string | null };

export type FindReaderFacts = (about: AboutReader) => Promise<ReaderFacts>;

/** Finds the names of reader and tenant, and what the mailboxes hold together. */
export const findReaderFacts = (pool: Pool): FindReaderFacts => {
  const users = new KnownUsers(pool);
  const tenants = new KnownTenants(pool);
  const known = new KnownCounts(pool);
  const userOf = async ({ tenantId, userId, recipient }: AboutReader) => {
    if (userId !== null) return (await users.byId(tenantId, [userId]))[0];
    return (await users.byEmail(tenantId, [recipient])).get(recipient.toLowerCase());
  };
  return async (about) => {
    const { tenantId, mailboxIds } = about;
    const [user, tenant, counted] = await Promise.all([
      userOf(about),
      tenants.find(tenantId),
      Promise.all(mailboxIds.map((mailboxId) => known.find({ tenantId, mailboxId }))),
    ]);
    const all = counted.filter((counts) => counts !== null);
    return {
      name: user?.name || null,
      tenantName: tenant.name || null,
      counts:
        all.length === 0
          ? null
          : {
              new: all.reduce((sum, counts) => sum + counts.new, 0),
              saved: all.reduce((sum, counts) => sum + counts.saved + counts.heard, 0),
            },
    };
  };
};
