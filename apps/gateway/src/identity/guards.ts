import type { GuardFailure } from '@aftertone/event-store';
import { conflict, type DomainError, type FieldError, invalid, rejected } from '@aftertone/kernel';
import { policyIdOf, policyRole } from './policies/policy-feed.ts';

export const unknownPolicy = (errors: readonly FieldError[]): DomainError =>
  invalid('unknown-policy', 'A policy of the user is none of the tenant', { errors });

/** How a refused user command is told to its caller. */
export const userRefusal = (failure: GuardFailure): DomainError =>
  failure.guard === 'claimed'
    ? conflict('username-taken', 'Another user of the tenant has this user name')
    : failure.role === policyRole
      ? unknownPolicy([{ path: 'policyIds', message: `${policyIdOf(failure.feedId)} is no policy of the tenant` }])
      : rejected('last-administrator', 'A tenant keeps at least one administrator');

/** The platform has its first tenant already: another replica was faster. */
export const rootTenantExists = 'root-tenant-exists';

export const tenantRefusal = (failure: GuardFailure): DomainError =>
  failure.guard === 'claimed' && failure.scope === 'tenant-root'
    ? conflict(rootTenantExists, 'The platform has its first tenant already')
    : conflict('tenant-name-taken', 'Another tenant has this name');
