import type { NewPolicy, PolicyChanges } from '@aftertone/contracts';
import { type Command, conflict, type Decider, notFound } from '@aftertone/kernel';
import { changesOf } from '../changes-of.ts';
import { isBuiltInName } from './built-in.ts';
import { type ActivePolicy, absentPolicy, evolvePolicy, type Policy, type PolicyEvent } from './policy.ts';

export type CreatePolicy = Command<'CreatePolicy', { policyId: string; policy: NewPolicy }>;
export type ChangePolicy = Command<'ChangePolicy', { changes: PolicyChanges }>;
export type DeletePolicy = Command<'DeletePolicy', Record<string, never>>;

export type PolicyCommand = CreatePolicy | ChangePolicy | DeletePolicy;

export const policyNameTaken = () => conflict('policy-name-taken', 'Another policy of the tenant has this name');

const active = (policy: Policy): ActivePolicy => {
  if (policy.status !== 'active') throw notFound('policy-not-found', 'There is no such policy');
  return policy;
};

const create = ({ data, meta }: CreatePolicy, policy: Policy): PolicyEvent[] => {
  if (policy.status !== 'absent') throw conflict('policy-exists', 'This policy exists already');
  if (isBuiltInName(data.policy.name)) throw policyNameTaken();
  return [{ type: 'PolicyCreated', data: { ...data, createdAt: meta.now } }];
};

const change = ({ data }: ChangePolicy, policy: Policy): PolicyEvent[] => {
  const { policyId, policy: before, createdAt } = active(policy);
  const { after, changed } = changesOf(before, data.changes);
  if (isBuiltInName(after.name)) throw policyNameTaken();
  return changed.length === 0 ? [] : [{ type: 'PolicyChanged', data: { policyId, policy: after, createdAt, changed } }];
};

const decide = (command: PolicyCommand, policy: Policy): PolicyEvent[] => {
  switch (command.type) {
    case 'CreatePolicy':
      return create(command, policy);
    case 'ChangePolicy':
      return change(command, policy);
    case 'DeletePolicy':
      return [{ type: 'PolicyDeleted', data: { policyId: active(policy).policyId } }];
  }
};

export const policyDecider: Decider<Policy, PolicyCommand, PolicyEvent> = {
  initialState: absentPolicy,
  evolve: evolvePolicy,
  decide,
};
