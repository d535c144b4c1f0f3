import { type DomainError, notFound } from '@aftertone/kernel';

interface Words {
  title: string;
  /** Why, and what to do about it. */
  text: string;
}

/** For people who have clicked a link: they know of an e-mail and of a voice message, and of nothing else. */
const words = {
  'link-invalid': {
    title: 'This link is damaged',
    text: 'A part of it is missing or was changed, as happens when it is copied. Open it from the e-mail itself, or copy the whole of it.',
  },
  'link-expired': {
    title: 'This address has ended',
    text: 'It was good for ten minutes only. Open the link in the e-mail again: it leads to a fresh one.',
  },
  'link-without-access': {
    title: 'You cannot hear this message any more',
    text: 'The message is there, but it is no longer for you: the mailbox is not shared with you any more, or the message was moved to another one. If you need it, ask whoever administers the mailbox.',
  },
  'message-not-found': {
    title: 'The message is not there any more',
    text: 'It has been deleted. If that was not long ago it may be possible to restore it: ask whoever administers the mailbox.',
  },
  'message-without-audio': {
    title: 'The message has no recording',
    text: 'The caller left nothing to be heard. The e-mail tells who it was and when.',
  },
} as const satisfies Record<string, Words>;

type Reason = keyof typeof words;

const known: ReadonlyMap<string, Words> = new Map(Object.entries(words));

/** What went wrong that the link has nothing to do with. */
const otherwise: Words = {
  title: 'The recording cannot be fetched just now',
  text: 'Nothing is lost. Open the link again in a few minutes; if that does not help, tell your administrator the reference below.',
};

/** The refusal of a link: what it leads to does not exist for who has it (404). */
export const linkRefusal = (reason: Reason): DomainError =>
  notFound(reason, `${words[reason].title}. ${words[reason].text}`);

/** What a page says about a refusal. */
export const wordsOf = (code: string): Words => known.get(code) ?? otherwise;
