import { rejected } from '@aftertone/kernel';
import type { Session } from '../access/session.ts';

/**
 * Whoever takes a message has it until they give it back: in another tenant than their own nobody would know them.
 *
 * @throws rejected `claim-needs-user`
 */
export const requireHome = ({ tenantId, homeTenantId }: Pick<Session, 'tenantId' | 'homeTenantId'>): void => {
  if (tenantId === homeTenantId) return;
  throw rejected(
    'claim-needs-user',
    'Messages are claimed by users of their own tenant, and the token is of another one; assign it to one of its users.',
  );
};
