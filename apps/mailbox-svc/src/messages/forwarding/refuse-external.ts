import { rejected } from '@aftertone/kernel';
import type { MailboxRow } from '../../mailboxes/directory/mailbox.entity.ts';

/**
 * Copies and moves go where messages are kept.
 *
 * @throws DomainError `mailbox-external`
 */
export const refuseExternal = ({ storage }: Pick<MailboxRow, 'storage'>): void => {
  if (storage === null) return;
  throw rejected(
    'mailbox-external',
    'Messages of this mailbox are kept elsewhere, so none can be put into it: choose another one, or set its storage to internal.',
  );
};
