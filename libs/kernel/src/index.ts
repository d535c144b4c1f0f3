export { type Clock, systemClock } from './clock.ts';
export type { Command, CommandMeta, Decider, DomainEvent } from './decider.ts';
export {
  conflict,
  DomainError,
  type ErrorKind,
  type FieldError,
  invalid,
  notFound,
  rejected,
  unavailable,
} from './errors.ts';
export { Gathering, type GatheringParts } from './gathering.ts';
export { isId, newId } from './ids.ts';
