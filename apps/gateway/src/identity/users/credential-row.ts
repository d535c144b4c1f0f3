import type { RowChange } from '@aftertone/event-store';
import { newId } from '@aftertone/kernel';

/** The row of a new password; the append puts it under the tenant of the command. Its new generation ends every token that was issued under the old one. */
export const credentialRow = (userId: string, passwordHash: string): RowChange => ({
  table: 'credentials',
  op: 'upsert',
  row: { user_id: userId, password_hash: passwordHash, generation: newId() },
});

export const withoutCredential = (userId: string): RowChange => ({
  table: 'credentials',
  op: 'delete',
  key: { user_id: userId },
});
