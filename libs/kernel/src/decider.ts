/** Something that happened, as a private fact of one stream. `data` is JSON; `type` is the TypeScript name. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** Facts that come with every command, so that a retry decides the same. */
export interface CommandMeta {
  /** When the command was accepted, ISO 8601 UTC with milliseconds. */
  readonly now: string;
}

/** Something that somebody wants. Time, new ids and looked-up facts are part of it. */
export interface Command<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly meta: CommandMeta;
}

/**
 * The rules of one kind of stream as pure functions.
 *
 * `decide` throws a `DomainError` when a rule says no and returns an empty array when nothing changes.
 */
export interface Decider<State, C extends Command, E extends DomainEvent> {
  readonly initialState: State;
  evolve(state: State, event: E): State;
  decide(command: C, state: State): E[];
}
