import { type CloudEvent, contractEvents, eventAccess } from '@aftertone/contracts';
import type { Session } from '../access/session.ts';

/** Whose rights an event may have changed. */
export type Affected =
  | { userId: string }
  | { tenantId: string }
  | { mailboxId: string; ownerUserIds: readonly string[] };

const { mailboxUpdated, policyUpdated, serviceTokenDeleted, tokenRevoked, userDeleted, userUpdated } = contractEvents;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

/** Null: nobody's rights. Memberships are followed by themselves, see `LostGroups`. */
export const affectedBy = ({ type, tenantid, data }: CloudEvent): Affected | null => {
  switch (type) {
    case userUpdated.type:
    case userDeleted.type:
    case tokenRevoked.type:
      return { userId: text(data.userId) };
    case serviceTokenDeleted.type:
      return { userId: text(data.serviceTokenId) };
    case policyUpdated.type:
      return { tenantId: tenantid };
    case mailboxUpdated.type: {
      if (!list(data.changed).includes('ownerUserIds')) return null;
      const ownerUserIds = list(Reflect.get(Object(data.mailbox), 'ownerUserIds'));
      return { mailboxId: text(data.mailboxId), ownerUserIds };
    }
    default:
      return null;
  }
};

/** Those of a moment together, so that many changes at once are one question about each session. */
export class AffectedSessions {
  private readonly users = new Set<string>();
  private readonly tenants = new Set<string>();
  private readonly groups = new Set<string>();

  add(affected: Affected): void {
    if ('userId' in affected) this.users.add(affected.userId);
    else if ('tenantId' in affected) this.tenants.add(affected.tenantId);
    else {
      this.groups.add(affected.mailboxId);
      for (const userId of affected.ownerUserIds) this.users.add(userId);
    }
  }

  /** Also where it acts in another tenant than its own, whose policies it has. */
  has({ userId, homeTenantId, acl }: Session): boolean {
    if (this.users.has(userId) || this.tenants.has(homeTenantId)) return true;
    return [...this.groups].some((id) => {
      const access = eventAccess(`voicemails.groups.${id}.`);
      return acl.some((pattern) => pattern.startsWith(access));
    });
  }
}
