import { inheritsAll, initialMailboxNotify, internalStorage, type NewMailbox } from '@aftertone/contracts';
import type { MailboxFacts } from './mailbox.ts';

export const ann = '0190a000-0000-7000-8000-00000000000a';
export const bob = '0190a000-0000-7000-8000-00000000000b';
export const created = '2026-03-01T09:00:00.000Z';

/** A mailbox as it is right after its creation by `newAnnsBox`. */
export const annsBox: MailboxFacts = {
  number: '1000',
  context: 'default',
  name: 'Ann',
  accessType: 'personal',
  ownerUserIds: [ann],
  defaultRole: 'agent',
  heardState: 'shared',
  timezone: 'Europe/Paris',
  language: 'fr',
  quota: { maxMessages: 5, maxTotalSeconds: 18_000, maxMessageSeconds: 600 },
  notify: {
    ...initialMailboxNotify,
    email: { ...initialMailboxNotify.email, to: ['ann@example.test'], attachAudio: false },
  },
  storage: internalStorage,
  emptyMessages: 'keep',
  retention: inheritsAll,
  legalHold: null,
  extra: {},
  shortId: 7,
  hasPin: false,
  createdAt: created,
  updatedAt: created,
  version: 1,
};

export const newAnnsBox: NewMailbox = {
  number: '1000',
  context: 'default',
  name: 'Ann',
  accessType: 'personal',
  ownerUserIds: [ann],
  defaultRole: 'agent',
  heardState: 'shared',
  timezone: 'Europe/Paris',
  language: 'fr',
  quota: { maxMessages: 5 },
  notify: { email: { to: ['ann@example.test'], attachAudio: false } },
  storage: internalStorage,
  emptyMessages: 'keep',
  extra: {},
};
