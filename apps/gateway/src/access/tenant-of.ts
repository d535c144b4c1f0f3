import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '@aftertone/kernel';

/** Headers that name the tenant to act in, by id or name. */
export const tenantHeaders = ['X-Tenant', 'Wazo-Tenant'] as const;

/** The tenant that a request names; undefined when it names none. Throws `invalid-request` when it names two. */
export const tenantOf = (headers: IncomingHttpHeaders): string | undefined => {
  const given = tenantHeaders.flatMap((name) => headers[name.toLowerCase()] ?? []);
  const [tenant, ...others] = new Set(given);
  if (others.length > 0) throw invalid('invalid-request', `${tenantHeaders.join(' and ')} name two tenants`);
  return tenant;
};
