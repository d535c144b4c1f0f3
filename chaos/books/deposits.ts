import type { MessageItem } from '@aftertone/contracts';
import type { Api } from '../load/api.ts';
import type { Ledger } from '../load/ledger.ts';
import { duplicated, type Finding, finding, lost, repeated } from './finding.ts';
import { sha256Of } from './sha256.ts';
import type { Snapshot } from './snapshot.ts';

/** Every 2xx is listed exactly once, as it was left by its last change; nothing else is listed. */
export function checkDeposits(ledger: Ledger, { listed }: Snapshot): Finding[] {
  const expected = ledger.expected();
  const byId = new Map(listed.map((message) => [message.id, message]));
  const keys = new Set(ledger.deposits.map(({ key }) => key));
  const differs = [...expected].filter(([id, { folder, heard, deposit }]) => {
    const message = byId.get(id);
    if (message === undefined) return false;
    return message.folder !== folder || message.heard !== heard || message.urgent !== deposit.urgent;
  });
  return [
    ...lost('requests that never got an answer that stays', ledger.unanswered),
    ...lost(
      'acknowledged, and not listed',
      [...expected].filter(([id, { deleted }]) => !deleted && !byId.has(id)).map(([id]) => id),
    ),
    ...lost(
      'deleted, and listed',
      [...expected].filter(([id, { deleted }]) => deleted && byId.has(id)).map(([id]) => id),
    ),
    ...duplicated(
      'one request, several messages',
      repeated(listed, ({ callId }) => callId ?? ''),
    ),
    ...finding(
      'listed, and never asked for',
      listed.filter(({ callId }) => !keys.has(callId ?? '')).map(({ id }) => id),
    ),
    ...lost(
      'listed otherwise than it was left by the last change',
      differs.map(([id]) => id),
    ),
  ];
}

const AT_ONCE = 8;

/** Every listed message plays bit for bit. */
export async function checkAudio(
  api: Api,
  ledger: Ledger,
  listed: readonly Pick<MessageItem, 'id' | 'callId'>[],
): Promise<Finding[]> {
  const sent = new Map(ledger.deposits.map(({ key, sha256 }) => [key, sha256]));
  const silent: string[] = [];
  const different: string[] = [];
  const rest = [...listed];
  const listen = async (): Promise<void> => {
    for (let message = rest.pop(); message !== undefined; message = rest.pop()) {
      const { status, body } = await api.listen(message.id);
      if (status !== 200) silent.push(message.id);
      else if (sha256Of(body as Uint8Array) !== sent.get(message.callId ?? '')) different.push(message.id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, listen));
  return [...lost('does not play', silent), ...lost('plays other bytes than were sent', different)];
}
