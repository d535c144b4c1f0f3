import type { Command, Decider, DomainEvent } from '@aftertone/kernel';
import { DomainError } from '@aftertone/kernel';
import { expect } from 'vitest';

/** What a decider did with one command, ready to be asserted on. */
export interface Outcome<E extends DomainEvent> {
  /** Exactly these events, in this order; no argument: nothing changed. */
  then(...expected: E[]): void;
  /** Refused with a `DomainError` of this code, with these details if they are given. */
  thenThrows(code: string, details?: Readonly<Record<string, unknown>>): void;
}

/**
 * Given events, when a command, then events: the sentence in which deciders are specified.
 *
 * `deciderSpec(decider)(...history).when(command).then(...events)` folds the history with `evolve`, decides, and
 * compares; `.thenThrows(code)` expects a refusal.
 */
export const deciderSpec =
  <State, C extends Command, E extends DomainEvent>(decider: Decider<State, C, E>) =>
  (...history: E[]) => ({
    when: (command: C): Outcome<E> => {
      const decide = (): E[] =>
        decider.decide(
          command,
          history.reduce((state, event) => decider.evolve(state, event), decider.initialState),
        );
      return {
        // biome-ignore lint/suspicious/noThenProperty: the sentence reads given, when, then; nobody awaits it
        then: (...expected) => expect(decide()).toEqual(expected),
        thenThrows: (code, details) => {
          let thrown: unknown;
          try {
            decide();
          } catch (error) {
            thrown = error;
          }
          // A bug (a plain error) must not pass for a refusal.
          expect(thrown).toBeInstanceOf(DomainError);
          expect(thrown).toMatchObject({ code, ...(details && { details }) });
        },
      };
    },
  });
