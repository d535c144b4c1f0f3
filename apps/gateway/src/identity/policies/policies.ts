import type { NewPolicy, PolicyChanges, Policy as PolicyView } from '@aftertone/contracts';
import type { GuardFailure } from '@aftertone/event-store';
import { type CommandMeta, conflict, type DomainError, newId, rejected } from '@aftertone/kernel';
import { requireOwn } from '../../access/delegation.ts';
import type { Database } from '../../database/database.ts';
import type { Caller } from '../../http/service-calls.ts';
import { metaOf } from '../event-meta.ts';
import { uponVersion } from '../upon-version.ts';
import type { PoliciesQuery } from './policies.query.ts';
import { policyAggregate } from './policy.aggregate.ts';
import { type PolicyCommand, policyNameTaken } from './policy.decider.ts';

/** One policy, and the version that the caller saw, when it says so. */
export interface PolicyTarget {
  id: string;
  ifVersion: number | undefined;
}

const refusal = (failure: GuardFailure): DomainError =>
  failure.guard === 'claimed' ? policyNameTaken() : conflict('policy-in-use', 'Users have this policy');

/** Creates, changes and deletes policies, each only by who has all that it allows. */
export class Policies {
  private readonly database: Database;
  private readonly query: PoliciesQuery;

  constructor(database: Database, query: PoliciesQuery) {
    this.database = database;
    this.query = query;
  }

  /** Throws `beyond-own-access`, `policy-name-taken`. */
  async create(policy: NewPolicy, caller: Caller): Promise<PolicyView> {
    requireOwn(caller.session, 'user', policy.acl);
    const { tenantId } = caller.session;
    const id = newId();
    const meta = { now: this.database.clock().toISOString() };
    await this.database.store.handle(policyAggregate, {
      tenantId,
      id,
      isNew: true,
      command: { type: 'CreatePolicy', data: { policyId: id, policy }, meta },
      meta: metaOf(caller),
      onGuard: refusal,
    });
    return this.query.read(tenantId, id);
  }

  /** Throws `policy-not-found`, `policy-built-in`, `beyond-own-access`, `version-mismatch`, `policy-name-taken`. */
  async change(target: PolicyTarget, changes: PolicyChanges, caller: Caller): Promise<PolicyView> {
    const after = changes.acl ?? [];
    await this.decide(target, after, caller, (meta) => ({ type: 'ChangePolicy', data: { changes }, meta }));
    return this.query.read(caller.session.tenantId, target.id);
  }

  /** Throws `policy-not-found`, `policy-built-in`, `beyond-own-access`, `version-mismatch`, `policy-in-use`. */
  async remove(target: PolicyTarget, caller: Caller): Promise<void> {
    await this.decide(target, [], caller, (meta) => ({ type: 'DeletePolicy', data: {}, meta }));
  }

  private async decide(
    { id, ifVersion }: PolicyTarget,
    aclAfter: readonly string[],
    caller: Caller,
    command: (meta: CommandMeta) => PolicyCommand,
  ): Promise<void> {
    const { tenantId } = caller.session;
    await uponVersion(ifVersion, async () => {
      const { builtIn, acl, version } = await this.query.read(tenantId, id);
      if (builtIn) throw rejected('policy-built-in', 'This policy comes with Aftertone and cannot be changed');
      requireOwn(caller.session, 'user', acl);
      requireOwn(caller.session, 'user', aclAfter);
      await this.database.store.handle(policyAggregate, {
        tenantId,
        id,
        expectedVersion: ifVersion ?? version,
        command: command({ now: this.database.clock().toISOString() }),
        meta: metaOf(caller),
        onGuard: refusal,
      });
    });
  }
}
