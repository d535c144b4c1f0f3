import { newId } from '@aftertone/kernel';
import { describe, expect, it } from 'vitest';
import { sessionFrom } from '../../access/session-from.ts';
import { consumerNames, deliverSubjectOf, planOf, subscriptionOfConsumer } from './plan.ts';

const [tenantId, userId, id] = [newId(), newId(), newId()];

const plan = (acl: string[], { manyFilters = true, types = null as string[] | null } = {}) => {
  const session = sessionFrom({
    kind: 'service',
    homeTenantId: tenantId,
    cell: null,
    tenantId,
    userId,
    tokenId: userId,
    role: null,
    policyIds: [],
    acls: [acl],
    groupMailboxIds: [],
    expiresAt: null,
  });
  if (session === null) throw new Error('no session');
  return planOf({ id, types }, session, { cell: 'c1', manyFilters, ackWaitMs: 1, maxPending: 2 });
};

const mine = ['aftertone.events.read', 'events.users.me.#', 'events.voicemails.global.#', 'events.identity.#'];
const box = [`evt.${tenantId}.voicemails.global.>`, `evt.${tenantId}.users.${userId}.voicemails.>`];

describe('a plan', () => {
  it('has one consumer for each service with events, all delivering to one subject', () => {
    const { consumers } = plan(mine);
    expect(consumers.map(({ name, stream, filters }) => ({ name, stream, filters: [...filters].sort() }))).toEqual([
      { name: `sub-${id}-mailbox`, stream: 'EVT_c1_mailbox', filters: [...box].sort() },
      { name: `sub-${id}-gateway`, stream: 'EVT_c1_gateway', filters: [`evt.${tenantId}.identity.>`] },
    ]);
    expect(new Set(consumers.map(({ deliverSubject }) => deliverSubject))).toEqual(new Set([deliverSubjectOf(id)]));
    expect(deliverSubjectOf(id)).not.toMatch(/[*>]/);
  });

  it('has one for each filter where the server takes no more', () => {
    const { consumers } = plan(mine, { manyFilters: false });
    expect(consumers.map(({ name, filters }) => [name, filters.length])).toEqual([
      [`sub-${id}-mailbox-1`, 1],
      [`sub-${id}-mailbox-2`, 1],
      [`sub-${id}-gateway`, 1],
    ]);
    for (const { name } of consumers) expect(subscriptionOfConsumer(name)).toBe(id);
  });

  it('leaves out what is not wanted', () => {
    expect(consumerNames(plan(mine, { types: ['user_created'] }))).toEqual([`EVT_c1_gateway.sub-${id}-gateway`]);
  });

  it('is empty for who may not follow events', () => {
    expect(plan(['events.#'])).toEqual({ consumers: [], inexact: [] });
  });
});

it('knows consumers of others by their names', () => {
  for (const name of ['notify-message-waiting', 'sub-', `sub-${id}`, `sub-${id}-mailbox-x`])
    expect(subscriptionOfConsumer(name)).toBeNull();
});
