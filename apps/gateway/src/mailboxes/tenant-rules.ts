import type { MailboxChanges } from '@aftertone/contracts';
import type { TenantsQuery } from '../identity/tenants/tenants.query.ts';

/** Rules of a tenant that concern its mailboxes: mailbox-svc keeps them, the gateway knows them. */
export class TenantRules {
  private readonly tenants: TenantsQuery;

  constructor(tenants: TenantsQuery) {
    this.tenants = tenants;
  }

  /** What has to be told with a change; nothing where it makes no global mailbox and moves none. */
  async of(
    tenantId: string,
    { accessType, context }: Pick<MailboxChanges, 'accessType' | 'context'>,
  ): Promise<{ multipleSharedMailboxes?: boolean }> {
    if (accessType !== 'global' && (accessType !== undefined || context === undefined)) return {};
    const { multipleSharedMailboxes } = await this.tenants.read(tenantId, tenantId);
    return { multipleSharedMailboxes };
  }
}
