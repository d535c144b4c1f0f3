import type { FeedChange } from '@aftertone/event-store';
import type { Mailbox } from './mailbox.ts';

/** The feed that counts the global mailboxes of a context. */
const globalsFeedId = (context: string): string => `globals/${context}`;

/** Names under which an event is stamped with the feeds of the contexts that a global mailbox came into and left. */
export const globalsRole = 'globals';
const formerGlobalsRole = 'former-globals';

const contextOf = (state: Mailbox): string | null =>
  state.status === 'open' && state.mailbox.accessType === 'global' ? state.mailbox.context : null;

/**
 * Counts a mailbox that becomes a global one, in another context too, or ceases to be one. Whether it may be the second
 * of its context is the rule of the command that makes it one, so that comes as the limit of the same change.
 *
 * @param sole the context has one global mailbox at most
 */
export const globalsChanges = (before: Mailbox, after: Mailbox, sole: boolean): FeedChange[] => {
  const [had, has] = [contextOf(before), contextOf(after)];
  if (had === has) return [];
  const change = { take: 0, ensure: true, requireOpen: false } as const;
  return [
    ...(had === null ? [] : [{ ...change, role: formerGlobalsRole, feedId: globalsFeedId(had), delta: [-1] }]),
    ...(has === null
      ? []
      : [{ ...change, role: globalsRole, feedId: globalsFeedId(has), delta: [1], set: { limits: [sole ? 1 : null] } }]),
  ];
};
