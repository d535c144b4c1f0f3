import type { Pool } from 'pg';

// Deliveries are found by tenant: of each tenant one look, instead of another index on a table that is written so often.
const owner = `
  WITH RECURSIVE tenant AS (
    (SELECT tenant_id FROM delivery ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.tenant_id FROM delivery d WHERE d.tenant_id > tenant.tenant_id ORDER BY d.tenant_id LIMIT 1)
    FROM tenant WHERE tenant.tenant_id IS NOT NULL
  )
  SELECT d.tenant_id AS "tenantId" FROM tenant JOIN delivery d ON d.tenant_id = tenant.tenant_id AND d.id = $1 LIMIT 1`;

/** The tenant whose delivery this is; null when there is none. */
export const ownerOfDelivery = async (pool: Pool, deliveryId: string): Promise<string | null> => {
  const { rows } = await pool.query<{ tenantId: string }>(owner, [deliveryId]);
  return rows[0]?.tenantId ?? null;
};
