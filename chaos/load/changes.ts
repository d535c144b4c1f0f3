import { sha256Of } from '../books/sha256.ts';
import type { Answer, Api } from './api.ts';
import type { ChangeKind } from './ledger.ts';

/** Asks for a change of a message, once. */
export function ask(api: Api, messageId: string, kind: ChangeKind): Promise<Answer> {
  const path = `/v1/messages/${messageId}`;
  switch (kind) {
    case 'hear':
      return api.ask('PATCH', path, { heard: true });
    case 'save':
      return api.ask('PATCH', path, { folder: 'saved' });
    case 'trash':
      return api.ask('PATCH', path, { folder: 'trash' });
    case 'delete':
      return api.ask('DELETE', path);
    case 'restore':
      return api.ask('POST', `${path}/restore`);
  }
}

/**
 * Whether a change was made, by its last answer. These requests carry no key: after a try of unknown outcome a refusal may
 * mean that it was done.
 *
 * @param how `again`: there were several tries; `look`: reads the message
 */
export async function isDone(
  kind: ChangeKind,
  { status }: Answer,
  { again, look }: { again: boolean; look(): Promise<Answer> },
): Promise<boolean> {
  if (status === 'broken') return false;
  if (status < 300) return true;
  if (!again || (kind !== 'delete' && kind !== 'restore')) return false;
  return (await look()).status === (kind === 'delete' ? 404 : 200);
}

/** Whether what was heard is what had been left. */
export const isSame = ({ status, body }: Answer, sha256: string): boolean =>
  status === 200 && sha256Of(body as Uint8Array) === sha256;
