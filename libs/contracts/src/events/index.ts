import type { z } from 'zod';
import type { EventDefinition } from './definition.ts';
import * as mailboxEvents from './mailbox.ts';
import * as notifyEvents from './notify.ts';
import * as otherEvents from './others.ts';

/** Every contract event, by its JavaScript name. */
export const contractEvents = { ...mailboxEvents, ...notifyEvents, ...otherEvents };

export type ContractEventName = keyof typeof contractEvents;
/** Every CloudEvents `type` that this version knows. */
export type ContractEventType = (typeof contractEvents)[ContractEventName]['type'];
export type ContractEventData<Name extends ContractEventName> = z.output<(typeof contractEvents)[Name]['data']>;

/** Every contract event in the order of `type`. */
export const eventDefinitions: readonly EventDefinition[] = Object.values<EventDefinition>(contractEvents).sort(
  (one, other) => (one.type < other.type ? -1 : 1),
);

/** Every contract event, by its CloudEvents `type`. */
export const eventsByType: ReadonlyMap<string, EventDefinition> = new Map(
  eventDefinitions.map((definition) => [definition.type, definition]),
);

/** The data of one event type: `EventData<'message_created'>`. */
export type EventData<Type extends ContractEventType> = Extract<
  (typeof contractEvents)[ContractEventName],
  { type: Type }
>['data'] extends infer Data extends z.ZodType
  ? z.output<Data>
  : never;

export type { EventDefinition } from './definition.ts';
