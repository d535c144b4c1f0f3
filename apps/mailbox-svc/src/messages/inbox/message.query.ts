import type { MessageItem, Right } from '@aftertone/contracts';
import { asTenant, type Page, pageOf, type Reading } from '@aftertone/event-store';
import { rightRequired } from '../../access/rights.ts';
import { columnsOf } from '../../ground/columns.ts';
import type { Ground } from '../../ground/ground.ts';
import { type Asker, userOf } from '../../mailboxes/directory/mailbox.query.ts';
import { messageNotFound } from '../message.decider.ts';
import { type Beside, findMessages, foundOf, hidesNothing, ofMessage } from './beside.ts';
import { requireHeldOnly } from './conditions.ts';
import { type FoundMessage, itemOf } from './found-message.ts';
import { type ListFilters, listQuery } from './list.query.ts';
import { type ListFacts, listFactsReading, listFactsValues, plainList } from './list-facts.ts';
import { MessageRow } from './message.entity.ts';

const fields = Object.keys(MessageRow.options.columns) as (keyof MessageRow)[];

/** The message alone, without what it was read with. */
const messageIn = (row: MessageRow): MessageRow =>
  Object.fromEntries(fields.map((field) => [field, row[field]])) as unknown as MessageRow;

/** Takes tenant, message, the reading user, and whether a deleted message is meant too, and one that is for nobody. */
export const messageReading: Reading = {
  name: 'message',
  text: `
    SELECT ${columnsOf(MessageRow, 'm')}, b.access_type AS box_access, b.owner_user_ids AS box_owners,
      b.default_role AS box_role, b.heard_state AS box_heard, b.quota AS box_quota,
      b.empty_messages AS box_empty, mm.rights AS member_rights, k.message_id IS NOT NULL AS marked, k.heard_at AS mark
    FROM message m
    JOIN mailbox b ON ${ofMessage} AND ($5 OR ${hidesNothing})
    LEFT JOIN mailbox_member mm ON mm.tenant_id = m.tenant_id AND mm.mailbox_id = m.mailbox_id AND mm.user_id = $3
    LEFT JOIN message_mark k ON b.heard_state = 'member' AND k.tenant_id = m.tenant_id AND k.mailbox_id = m.mailbox_id
      AND k.user_id = $3 AND k.message_id = m.id
    WHERE m.tenant_id = $1 AND m.id = $2 AND ($4 OR NOT m.deleted)`,
};

/** Messages as an actor may see them. */
export class MessageInbox {
  private readonly ground: Ground;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  /**
   * The message, when the actor has this right in its mailbox; null is any.
   *
   * @throws DomainError `message-not-found` when the mailbox does not exist for the actor, `right-required`
   */
  async require(
    { tenantId, actor }: Asker,
    id: string,
    { deleted, hidden = false, right }: { deleted: boolean; hidden?: boolean; right: Right | null },
  ): Promise<FoundMessage> {
    const values = [tenantId, id, userOf(actor), deleted, hidden];
    const [row] = await this.ground.reads.rows<MessageRow & Beside>(messageReading, tenantId, values);
    const found = row && foundOf(messageIn(row), row, actor);
    if (found === undefined || found.rights.size === 0) throw messageNotFound();
    if (right !== null && !found.rights.has(right)) throw rightRequired(right);
    return found;
  }

  /** Messages of one mailbox, on which the actor's rights have been looked at, or of all that the actor may see. */
  async list(asker: Asker, filters: ListFilters, mailboxId?: string): Promise<Page<MessageItem>> {
    const { tenantId, actor } = asker;
    if (filters.deleted) requireHeldOnly(filters, actor);
    const facts = await this.listFacts(asker, { ...filters, mailboxId });
    const found = await asTenant(this.ground.reader, tenantId, (manager) =>
      findMessages(listQuery(manager, asker, { ...filters, mailboxId }, facts), actor),
    );
    return pageOf(found, filters.limit, itemOf, ({ message }) => [message.receivedAt.toISOString(), message.id]);
  }

  /** Most lists need none of it. */
  private async listFacts(asker: Asker, asked: ListFilters & { mailboxId: string | undefined }): Promise<ListFacts> {
    const values = listFactsValues(asker, asked);
    if (values === null) return plainList;
    const [facts] = await this.ground.reads.rows<ListFacts>(listFactsReading, asker.tenantId, values);
    if (facts === undefined) throw new Error('a statement without a table has one row');
    return facts;
  }
}
