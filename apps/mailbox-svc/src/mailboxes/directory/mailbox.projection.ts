import { isDeepStrictEqual } from 'node:util';
import { inheritsAll } from '@aftertone/contracts';
import type { ChangeContext, RowChange } from '@aftertone/event-store';
import type { Mailbox } from '../mailbox.ts';

export const mailboxTable = 'mailbox';
export const mailboxOwnerTable = 'mailbox_owner';

const ownersOf = (state: Mailbox): readonly string[] => (state.status === 'open' ? state.mailbox.ownerUserIds : []);

/** The row of an open mailbox, and one row per owner for `what may this user see`. A closed mailbox has none. */
export const mailboxRows = (before: Mailbox, after: Mailbox, { tenantId, id }: ChangeContext): RowChange[] => {
  const owners = ownersOf(after);
  const gone = ownersOf(before).filter((owner) => !owners.includes(owner));
  const ownerRow = (user_id: string) => ({ tenant_id: tenantId, user_id, mailbox_id: id });
  const rows: RowChange[] = [
    ...gone.map((owner): RowChange => ({ table: mailboxOwnerTable, op: 'delete', key: ownerRow(owner) })),
    ...owners.map((owner): RowChange => ({ table: mailboxOwnerTable, op: 'upsert', row: ownerRow(owner) })),
  ];
  if (after.status !== 'open') {
    return [...rows, { table: mailboxTable, op: 'delete', key: { tenant_id: tenantId, id } }];
  }
  const { mailbox } = after;
  const row = {
    tenant_id: tenantId,
    id,
    short_id: mailbox.shortId,
    number: mailbox.number,
    context: mailbox.context,
    name: mailbox.name,
    access_type: mailbox.accessType,
    owner_user_ids: mailbox.ownerUserIds,
    default_role: mailbox.defaultRole,
    heard_state: mailbox.heardState,
    timezone: mailbox.timezone,
    language: mailbox.language,
    quota: mailbox.quota,
    notify: mailbox.notify,
    storage: mailbox.storage.type === 'internal' ? null : mailbox.storage,
    empty_messages: mailbox.emptyMessages === 'keep' ? null : mailbox.emptyMessages,
    retention: isDeepStrictEqual(mailbox.retention, inheritsAll) ? null : mailbox.retention,
    legal_hold: mailbox.legalHold,
    extra: mailbox.extra,
    has_pin: mailbox.hasPin,
    created_at: mailbox.createdAt,
    updated_at: mailbox.updatedAt,
    version: mailbox.version,
  };
  return [...rows, { table: mailboxTable, op: 'upsert', row }];
};
