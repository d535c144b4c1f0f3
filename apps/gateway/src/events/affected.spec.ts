import { contractEvents } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';
import { expect, it } from 'vitest';
import { someGroup } from '../test-support/some-group.ts';
import { affectedBy } from './affected.ts';

const box = someGroup();
const userId = newId();
const told = (type: string, data: Record<string, unknown>) => ({ ...box.closed(1), type, data });
const { mailboxUpdated, policyUpdated, serviceTokenDeleted, tokenRevoked, userCreated, userDeleted, userUpdated } =
  contractEvents;

it.each([
  [userUpdated.type, { userId }, { userId }],
  [userDeleted.type, { userId }, { userId }],
  [tokenRevoked.type, { userId, tokenId: newId() }, { userId }],
  [serviceTokenDeleted.type, { serviceTokenId: userId }, { userId }],
  [policyUpdated.type, { policyId: newId() }, { tenantId: box.tenantId }],
  [
    mailboxUpdated.type,
    { mailboxId: box.mailboxId, mailbox: { ownerUserIds: [userId] }, changed: ['ownerUserIds'] },
    { mailboxId: box.mailboxId, ownerUserIds: [userId] },
  ],
  [mailboxUpdated.type, { mailboxId: box.mailboxId, changed: ['name'] }, null],
  [userCreated.type, { userId }, null],
])('%s changes rights of %j: %j', (type, data, affected) => {
  expect(affectedBy(told(type, data))).toEqual(affected);
});
