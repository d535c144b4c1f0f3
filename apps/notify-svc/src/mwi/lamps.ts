import { type Counts, contractEvents, type EventData, notificationPath } from '@aftertone/contracts';
import type { Aggregate, Publication } from '@aftertone/event-store';
import type { Command, Decider, DomainEvent } from '@aftertone/kernel';

export interface Lamps {
  mailboxId: string;
  messageId: string;
  counts: Counts;
}

export type LampsEvent = DomainEvent<'LampsNotified', Lamps>;
type NotifyLamps = Command<'NotifyLamps', Lamps>;

const decider: Decider<{ notified: boolean }, NotifyLamps, LampsEvent> = {
  initialState: { notified: false },
  evolve: () => ({ notified: true }),
  decide: ({ data }, { notified }) => (notified ? [] : [{ type: 'LampsNotified', data }]),
};

/** The turn of the lamps after one new message, under the id of its delivery. */
export const lampsAggregate: Aggregate<{ notified: boolean }, NotifyLamps, LampsEvent> = {
  type: 'lamps',
  decider,
  codecs: { LampsNotified: { schemaVersion: 1 } },
};

export const publishLamps = ({ data: lamps }: LampsEvent): Publication[] => {
  const data: EventData<'mwi_notified'> = lamps;
  return [{ type: contractEvents.mwiNotified.type, path: notificationPath(lamps.mailboxId, 'mwi'), data }];
};
