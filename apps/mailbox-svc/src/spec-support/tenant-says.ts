import { type CloudEvent, keepsAll, type Retention } from '@aftertone/contracts';
import { newId } from '@aftertone/kernel';

/** What the gateway tells when the rules of a tenant were changed. */
export const tenantSays = (rules: Partial<Retention>, version: number, tenantId: string): CloudEvent => ({
  ...{ specversion: '1.0', id: newId(), source: '/aftertone/c1/gateway', type: 'tenant_updated' },
  ...{ subject: `identity.tenants.${tenantId}.updated`, time: new Date().toISOString(), tenantid: tenantId },
  ...{ datacontenttype: 'application/json', sequence: 1, streamversion: version, correlationid: 'test' },
  data: { tenantId, tenant: { retention: { ...keepsAll, ...rules } }, changed: ['retention'] },
});
