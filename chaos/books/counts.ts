import type { CloudEvent, Counts, Message } from '@aftertone/contracts';
import type { Installation } from '../installation/installation.ts';
import { type Finding, lost } from './finding.ts';
import { rows } from './rows.ts';
import { isAboutMessage, mailboxIdOf, messageIdOf, type Snapshot } from './snapshot.ts';

/** The counts of every mailbox equal what its events add up to: those that are told, and those that notify-svc keeps. */
export async function checkCounts({ counts, history }: Snapshot, installation: Installation): Promise<Finding[]> {
  const events = Map.groupBy(history, mailboxIdOf);
  const kept = await knownToNotify(installation);
  const recounts = [...counts.keys()].map((id) => [id, countAgain(events.get(id) ?? [])] as const);
  return [
    ...lost(
      'counts that differ from a recount of the events',
      recounts.flatMap(([id, recount]) => differences(id, counts.get(id), recount)),
    ),
    // It is told by events, of the last that moved a count: those after it have a later revision.
    ...lost(
      'counts of notify-svc that differ from a recount of the events',
      recounts.flatMap(([id, { revision: _, ...recount }]) => differences(id, kept.get(id), recount)),
      true,
    ),
  ];
}

const differences = (mailboxId: string, said: Counts | undefined, recount: Partial<Counts>): string[] =>
  Object.entries(recount)
    .map(([name, value]) => [name, said?.[name as keyof Counts] ?? 0, value] as const)
    .filter(([, is, value]) => is !== value)
    .map(([name, is, value]) => `${mailboxId} ${name}: ${is}, not ${value}`);

async function knownToNotify(installation: Installation): Promise<Map<string, Counts>> {
  // Zeros: everybody's. No mailbox here has heard states of each member.
  const statement = `SELECT mailbox_id AS id, counts FROM known_counts WHERE user_id = '00000000-0000-0000-0000-000000000000'`;
  const known = await rows<{ id: string; counts: Counts }>(installation, 'notify', statement);
  return new Map(known.map(({ id, counts }) => [id, counts]));
}

type Last = Pick<Message, 'folder' | 'heard' | 'urgent' | 'content'>;

/** What is in the mailbox by the last event of each message. */
function lastOf(events: readonly CloudEvent[]): Last[] {
  const messages = new Map<string, Last>();
  for (const event of events.filter(isAboutMessage)) {
    if (event.type === 'message_deleted') messages.delete(messageIdOf(event));
    else messages.set(messageIdOf(event), event.data.message as Message);
  }
  return [...messages.values()];
}

function countAgain(events: readonly CloudEvent[]): Counts {
  const all = lastOf(events);
  const kept = all.filter(({ folder }) => folder !== 'trash');
  const isNew = ({ folder, heard }: Last): boolean => folder === 'inbox' && !heard;
  const urgent = kept.filter((message) => message.urgent);
  return {
    new: kept.filter(isNew).length,
    heard: kept.filter(({ folder, heard }) => folder === 'inbox' && heard).length,
    saved: kept.filter(({ folder }) => folder !== 'inbox').length,
    trash: all.length - kept.length,
    urgentNew: urgent.filter(isNew).length,
    urgentSaved: urgent.filter((message) => !isNew(message)).length,
    totalMs: kept.reduce((sum, { content }) => sum + (content.type === 'voice' ? content.durationMs : 0), 0),
    revision: Math.max(0, ...events.map(({ sequence }) => sequence ?? 0)),
  };
}
