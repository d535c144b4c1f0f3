/** The role that reading sessions take on: it owns nothing, so row-level security binds it. */
export const readerRole = 'aftertone_reader';

/** Setting of a transaction that names the tenant whose rows are visible. */
export const tenantSetting = 'aftertone.tenant_id';

/**
 * Roles belong to the whole cluster: services that migrate at the same moment race for this one, and two grants at
 * once fail with "tuple concurrently updated" (XX000). Both are tried again; who finds it done is content.
 */
const roleSql = `
DO $$
BEGIN
  FOR attempt IN 1 .. 20 LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${readerRole}') THEN
        CREATE ROLE ${readerRole} NOLOGIN;
      END IF;
      IF NOT pg_has_role(current_user, '${readerRole}', 'MEMBER') THEN
        EXECUTE format('GRANT ${readerRole} TO %I', current_user);
      END IF;
      RETURN;
    EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
      PERFORM pg_sleep(0.05);
    END;
  END LOOP;
  RAISE EXCEPTION 'role ${readerRole} could not be made or granted to %', current_user;
END $$;
`;

/**
 * Statements that let readers see a table by tenant. Without the setting the comparison is with null: no row at all.
 *
 * @param table already quoted
 */
export const tenantPolicySql = (table: string): string => `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant ON ${table};
CREATE POLICY tenant ON ${table} FOR SELECT TO ${readerRole}
  USING (tenant_id = nullif(current_setting('${tenantSetting}', true), '')::uuid);
`;

export const tenancySql = `${roleSql}
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${readerRole}', current_schema()); END $$;
${['event', 'feed', 'stream'].map((table) => `${tenantPolicySql(table)}GRANT SELECT ON ${table} TO ${readerRole};`).join('\n')}
`;
