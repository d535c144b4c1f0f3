import { rows } from '../books/rows.ts';
import type { Installation } from '../installation/installation.ts';

/** By what name of a mailbox the bug shows. */
export const BUGGY_NAME = 'Shows the bug';

/** notify-svc cannot take in the settings of a mailbox of that name, as with a bug in its code. Returns what mends it. */
export async function breakNotify(installation: Installation): Promise<() => Promise<unknown>> {
  await rows(
    installation,
    'notify',
    `CREATE FUNCTION chaos_bug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a bug'; END $$;
     CREATE TRIGGER chaos_bug BEFORE INSERT OR UPDATE ON known_mailbox
       FOR EACH ROW WHEN (NEW.name = '${BUGGY_NAME}') EXECUTE FUNCTION chaos_bug()`,
  );
  return () => rows(installation, 'notify', 'DROP FUNCTION chaos_bug() CASCADE');
}
