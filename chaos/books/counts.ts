import type { CloudEvent, Counts, Message } from '@aftertone/contracts';
import { type Finding, finding } from './finding.ts';
import { isAboutMessage, mailboxIdOf, messageIdOf, type Snapshot } from './snapshot.ts';

/** The counts of every mailbox equal what its events add up to. */
export function checkCounts({ counts, history }: Snapshot): Finding[] {
  const events = Map.groupBy(history, mailboxIdOf);
  const wrong = [...counts].flatMap(([mailboxId, said]) => {
    const recount = countAgain(events.get(mailboxId) ?? []);
    return Object.entries(recount).flatMap(([name, value]) =>
      said[name as keyof Counts] === value ? [] : [`${mailboxId} ${name}: ${said[name as keyof Counts]}, not ${value}`],
    );
  });
  return finding('counts that differ from a recount of the events', wrong);
}

function countAgain(events: readonly CloudEvent[]): Partial<Counts> {
  const messages = new Map<string, Message>();
  for (const event of events.filter(isAboutMessage)) {
    if (event.type === 'message_deleted') messages.delete(messageIdOf(event));
    else messages.set(messageIdOf(event), event.data.message as Message);
  }
  const all = [...messages.values()];
  const inInbox = all.filter(({ folder }) => folder === 'inbox');
  return {
    new: inInbox.filter(({ heard }) => !heard).length,
    heard: inInbox.filter(({ heard }) => heard).length,
    saved: all.filter(({ folder }) => folder === 'saved').length,
    totalMs: all.reduce((sum, { content }) => sum + (content.type === 'voice' ? content.durationMs : 0), 0),
    revision: Math.max(0, ...events.map(({ sequence }) => sequence ?? 0)),
  };
}
