import {
  inheritsAll,
  initialMailboxNotify,
  internalStorage,
  type Mailbox,
  type MailboxMember,
} from '@aftertone/contracts';

export const tenantIdExample = '01964c2e-7d4f-7a10-8c11-3f2b9d5e0a01';
export const userIdExample = '01964c2e-9b2a-7c3d-9f00-5a1c2e4b6d02';
export const mailboxIdExample = '01964c30-11aa-7f42-b5d6-0c9e8a7b6f03';

export const newMailboxExample = {
  number: '1001',
  name: 'Ana Costa',
  ownerUserIds: [userIdExample],
  timezone: 'Europe/Lisbon',
  language: 'pt',
  quota: { maxMessages: 100 },
  notify: { email: { to: ['ana@example.org'], attachAudio: true } },
};

export const mailboxExample: Mailbox = {
  id: mailboxIdExample,
  tenantId: tenantIdExample,
  shortId: 17,
  number: '1001',
  context: 'default',
  name: 'Ana Costa',
  accessType: 'personal',
  ownerUserIds: [userIdExample],
  defaultRole: 'agent',
  heardState: 'shared',
  timezone: 'Europe/Lisbon',
  language: 'pt',
  quota: { maxMessages: 100, maxTotalSeconds: 18_000, maxMessageSeconds: 600 },
  notify: {
    ...initialMailboxNotify,
    email: { ...initialMailboxNotify.email, to: ['ana@example.org'], attachAudio: true },
  },
  storage: internalStorage,
  emptyMessages: 'keep',
  retention: { ...inheritsAll, trashDays: 7 },
  legalHold: null,
  extra: {},
  hasPin: false,
  status: 'open',
  createdAt: '2026-03-01T09:00:00.000Z',
  updatedAt: '2026-03-01T09:00:00.000Z',
  version: 1,
};

export const sharedMailboxExample = {
  number: '800',
  name: 'Support',
  accessType: 'group',
  heardState: 'member',
} as const;

export const memberExample: MailboxMember = {
  userId: userIdExample,
  role: 'reader',
  rights: ['listen', 'deposit'],
  since: '2026-03-01T09:00:00.000Z',
};
