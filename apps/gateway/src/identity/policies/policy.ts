import type { NewPolicy } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

interface Facts {
  policyId: string;
  policy: NewPolicy;
  createdAt: string;
}

export type PolicyCreated = DomainEvent<'PolicyCreated', Facts>;
/** `policy` is all of it as it is now; `changed` names the fields. */
export type PolicyChanged = DomainEvent<'PolicyChanged', Facts & { changed: string[] }>;
export type PolicyDeleted = DomainEvent<'PolicyDeleted', { policyId: string }>;

export type PolicyEvent = PolicyCreated | PolicyChanged | PolicyDeleted;

export type ActivePolicy = Facts & { status: 'active' };

export type Policy = { status: 'absent' } | ActivePolicy | { status: 'deleted' };

export const absentPolicy: Policy = { status: 'absent' };

export const evolvePolicy = (_state: Policy, event: PolicyEvent): Policy => {
  switch (event.type) {
    case 'PolicyCreated':
    case 'PolicyChanged': {
      const { policyId, policy, createdAt } = event.data;
      return { status: 'active', policyId, policy, createdAt };
    }
    case 'PolicyDeleted':
      return { status: 'deleted' };
  }
};
