import type { CloudEvent } from '@aftertone/contracts';
import type { BusRecorder } from '../bus/bus-recorder.ts';
import type { Ledger } from '../load/ledger.ts';
import { duplicated, type Finding, finding, lost, repeated } from './finding.ts';
import { isAboutMessage, isDeposit, mailboxIdOf, messageIdOf, type Snapshot } from './snapshot.ts';

export interface Heard {
  bus: BusRecorder;
  /** What was put on the bus by nobody of ours. */
  poison: ReadonlySet<string>;
}

/** Every event of the logs came over the bus, and what is in the logs is what was asked for. */
export function checkEvents(ledger: Ledger, { history }: Snapshot, { bus, poison }: Heard): Finding[] {
  const logged = new Map(history.map((event) => [event.id, event]));
  const came = new Set(bus.arrivals.map(({ event }) => event.id));
  const aboutMessages = history.filter(isAboutMessage);
  const deposits = history.filter(isDeposit);
  return [
    ...finding('the subscriber ended by itself', bus.failure === undefined ? [] : [String(bus.failure)]),
    ...lost('events of the log that never came over the bus', idsOf(history.filter(({ id }) => !came.has(id))), true),
    // The logs were read a moment ago: what came since is not among them.
    ...finding(
      'events from the bus that are in no log',
      [...came].filter((id) => !logged.has(id) && !poison.has(id)),
      true,
    ),
    ...duplicated('one change told as several events', repeated(aboutMessages, changeOf)),
    ...finding('messages told of in another order than they changed', disordered(bus)),
    ...lost('the subscriber was told that events are missing', bus.gaps),
    ...lost('mailboxes with holes in their numbers', mailboxesWithHoles(history)),
    ...duplicated('deposited twice, by the log', repeated(deposits, callIdOf)),
    ...lost(
      'acknowledged deposits that the log does not know',
      ledger.acknowledged.map(({ messageId }) => messageId ?? '').filter(notIn(deposits)),
    ),
    ...lost('acknowledged changes that the log does not know', unknownChanges(ledger, aboutMessages)),
  ];
}

const idsOf = (events: readonly CloudEvent[]): string[] => events.map(({ id, type }) => `${type} ${id}`);
const changeOf = (event: CloudEvent): string => `${messageIdOf(event)} v${event.streamversion} ${event.type}`;
const callIdOf = ({ data }: CloudEvent): string => String((data.message as { callId?: unknown } | undefined)?.callId);
const notIn = (events: readonly CloudEvent[]) => {
  const known = new Set(events.map(messageIdOf));
  return (messageId: string): boolean => !known.has(messageId);
};

/** By first arrivals: a repeat begins earlier and then goes on in order. */
function disordered({ arrivals }: BusRecorder): string[] {
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  return arrivals.flatMap(({ event }) => {
    if (!isAboutMessage(event) || seen.has(event.id)) return [];
    seen.add(event.id);
    const messageId = messageIdOf(event);
    const before = latest.get(messageId) ?? 0;
    latest.set(messageId, Math.max(before, event.streamversion));
    return event.streamversion < before ? [`${messageId} v${event.streamversion} after v${before}`] : [];
  });
}

function mailboxesWithHoles(history: readonly CloudEvent[]): string[] {
  const numbered = history.filter(({ sequence }) => sequence !== undefined);
  return [...Map.groupBy(numbered, mailboxIdOf)].flatMap(([mailboxId, events]) => {
    const numbers = events.map(({ sequence }) => sequence ?? 0).sort((a, b) => a - b);
    return numbers.every((number, n) => number === n + 1) ? [] : [mailboxId];
  });
}

const TYPES = {
  hear: 'message_updated',
  save: 'message_updated',
  trash: 'message_updated',
  delete: 'message_deleted',
  restore: 'message_created',
};

function unknownChanges({ changes }: Ledger, events: readonly CloudEvent[]): string[] {
  const told = new Set(
    events.filter((event) => !isDeposit(event)).map((event) => `${messageIdOf(event)} ${event.type}`),
  );
  return changes
    .filter(({ isDone, messageId, kind }) => isDone && !told.has(`${messageId} ${TYPES[kind]}`))
    .map(({ messageId, kind }) => `${kind} ${messageId}`);
}
