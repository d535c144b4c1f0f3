import { type Greeting, greetingKind } from '@aftertone/contracts';
import type { Reading } from '@aftertone/event-store';
import { columnsOf } from '../ground/columns.ts';
import type { Ground } from '../ground/ground.ts';
import { GreetingRow } from './greeting.entity.ts';
import { greetingOf, type KeptGreeting, noGreetings } from './greetings.ts';

/** Takes tenant and mailbox. */
const greetingsReading: Reading = {
  name: 'greetings',
  text: `SELECT ${columnsOf(GreetingRow, 'g')} FROM greeting g WHERE g.tenant_id = $1 AND g.mailbox_id = $2`,
};

const keptGreeting = ({ kind, recording, activation, earlier, updatedAt, version }: GreetingRow): KeptGreeting => {
  const greeting: Greeting = { kind, recording, activation, updatedAt: updatedAt.toISOString(), version };
  return { greeting, earlier };
};

/** One of each kind. */
export const readGreetings = async (
  { reads }: Ground,
  tenantId: string,
  mailboxId: string,
): Promise<KeptGreeting[]> => {
  const rows = await reads.rows<GreetingRow>(greetingsReading, tenantId, [tenantId, mailboxId]);
  return greetingKind.options.map((kind) => {
    const row = rows.find((one) => one.kind === kind);
    return row === undefined ? greetingOf(noGreetings, kind) : keptGreeting(row);
  });
};
