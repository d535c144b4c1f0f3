/**
 * `own_mark`: the marks of `message_mark` in the order of lists. `listed`: the message is not deleted.
 *
 * `own_run`: stretches of a mailbox's list in which one user has marked every message whose shared heard state is
 * `shared_heard`; from the newest (`first`) to the oldest (`last`), both within. It lets a list go past a hundred thousand
 * marked messages at once. A run may be missing or too short, then the list reads more; it never holds a message that is not
 * marked. Messages may leave a run, its ends too: that changes nothing.
 */
export const ownListsTables = `
CREATE TABLE own_mark (
  tenant_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  message_id uuid NOT NULL,
  user_id uuid NOT NULL,
  heard boolean NOT NULL,
  received_at timestamptz NOT NULL,
  listed boolean NOT NULL,
  PRIMARY KEY (tenant_id, mailbox_id, message_id, user_id)
);
CREATE INDEX own_mark_in ON own_mark (tenant_id, mailbox_id, user_id, heard, received_at DESC, message_id DESC)
  WHERE listed;
-- As a number: lists of one mailbox shall not be able to take this one, and go past what the user has marked elsewhere.
CREATE INDEX own_mark_of ON own_mark (tenant_id, user_id, (heard::integer), received_at DESC, message_id DESC)
  WHERE listed;
CREATE TABLE own_run (
  tenant_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  user_id uuid NOT NULL,
  shared_heard boolean NOT NULL,
  first_at timestamptz NOT NULL,
  first_id uuid NOT NULL,
  last_at timestamptz NOT NULL,
  last_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, mailbox_id, user_id, shared_heard, first_at, first_id)
);
CREATE INDEX own_run_around ON own_run (tenant_id, mailbox_id, shared_heard, first_at, first_id);
`;

/** Plans are kept as long as their session, and made while there is little in the tables: none may be one for little. */
const byIndex =
  'SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off';

const nextMessage = (heardAt: string, comparison: string, direction: string): string => `
    SELECT m.received_at, m.id INTO beside_at, beside_id FROM message m
      WHERE m.tenant_id = tenant AND m.mailbox_id = mailbox AND NOT m.deleted AND m.heard_at IS ${heardAt}
        AND (m.received_at, m.id) ${comparison} (at, message)
      ORDER BY m.received_at ${direction}, m.id ${direction} LIMIT 1;`;

/** Of messages that have arrived: those that lie in a run of somebody who has not marked them. */
const splitRuns = `PERFORM own_run_split(a.tenant_id, a.mailbox_id, r.user_id, r.shared_heard, a.received_at, a.id)
    FROM arrived a JOIN own_run r ON r.tenant_id = a.tenant_id AND r.mailbox_id = a.mailbox_id
      AND r.shared_heard = (a.heard_at IS NOT NULL) AND (r.first_at, r.first_id) >= (a.received_at, a.id)
      AND (r.last_at, r.last_id) <= (a.received_at, a.id)
    WHERE NOT a.deleted AND NOT EXISTS (
      SELECT FROM own_mark o WHERE o.tenant_id = a.tenant_id AND o.mailbox_id = a.mailbox_id AND o.message_id = a.id
        AND o.user_id = r.user_id)`;

/** All of this happens under the lock of appends: nothing else writes messages or marks meanwhile. */
export const ownListsFunctions = `
CREATE FUNCTION message_beside(
  tenant uuid, mailbox uuid, heard boolean, at timestamptz, message uuid, side text, OUT beside_at timestamptz, OUT beside_id uuid
) LANGUAGE plpgsql ${byIndex} AS $$
BEGIN
  IF heard AND side = 'newer' THEN ${nextMessage('NOT NULL', '>', 'ASC')}
  ELSIF heard THEN ${nextMessage('NOT NULL', '<', 'DESC')}
  ELSIF side = 'newer' THEN ${nextMessage('NULL', '>', 'ASC')}
  ELSE ${nextMessage('NULL', '<', 'DESC')}
  END IF;
END $$;

-- A message that the user has marked becomes a run, together with the runs that it closes the gap to.
CREATE FUNCTION own_run_join(tenant uuid, mailbox uuid, viewer uuid, message uuid) RETURNS void
LANGUAGE plpgsql ${byIndex} AS $$
DECLARE
  own record;
  above own_run;
  below own_run;
  newer record;
  older record;
BEGIN
  SELECT m.received_at AS at, m.id, m.heard_at IS NOT NULL AS heard INTO own FROM message m
    WHERE m.tenant_id = tenant AND m.id = message AND m.mailbox_id = mailbox AND NOT m.deleted;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO above FROM own_run r
    WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = own.heard
      AND (r.first_at, r.first_id) >= (own.at, own.id) ORDER BY r.first_at, r.first_id LIMIT 1;
  IF (above.last_at, above.last_id) <= (own.at, own.id) THEN RETURN; END IF;
  SELECT * INTO below FROM own_run r
    WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = own.heard
      AND (r.first_at, r.first_id) < (own.at, own.id) ORDER BY r.first_at DESC, r.first_id DESC LIMIT 1;
  SELECT * INTO newer FROM message_beside(tenant, mailbox, own.heard, own.at, own.id, 'newer');
  SELECT * INTO older FROM message_beside(tenant, mailbox, own.heard, own.at, own.id, 'older');
  IF (newer.beside_at, newer.beside_id) < (above.last_at, above.last_id) THEN above := NULL; END IF;
  IF (older.beside_at, older.beside_id) > (below.first_at, below.first_id) THEN below := NULL; END IF;
  IF above IS NULL AND below IS NULL THEN
    INSERT INTO own_run VALUES (tenant, mailbox, viewer, own.heard, own.at, own.id, own.at, own.id);
  ELSIF above IS NULL THEN
    UPDATE own_run r SET first_at = own.at, first_id = own.id
      WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = own.heard
        AND r.first_at = below.first_at AND r.first_id = below.first_id;
  ELSE
    DELETE FROM own_run r
      WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = own.heard
        AND r.first_at = below.first_at AND r.first_id = below.first_id;
    UPDATE own_run r SET last_at = coalesce(below.last_at, own.at), last_id = coalesce(below.last_id, own.id)
      WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = own.heard
        AND r.first_at = above.first_at AND r.first_id = above.first_id;
  END IF;
END $$;

-- The same for everybody who has marked the message.
CREATE FUNCTION own_runs_join(tenant uuid, mailbox uuid, message uuid) RETURNS void LANGUAGE plpgsql ${byIndex} AS $$
BEGIN
  PERFORM own_run_join(tenant, mailbox, o.user_id, message) FROM own_mark o
    WHERE o.tenant_id = tenant AND o.mailbox_id = mailbox AND o.message_id = message;
END $$;

-- A message that the user has not marked has come into a run: two are left of it, or one.
CREATE FUNCTION own_run_split(
  tenant uuid, mailbox uuid, viewer uuid, heard boolean, at timestamptz, message uuid
) RETURNS void LANGUAGE plpgsql ${byIndex} AS $$
DECLARE
  run own_run;
  newer record;
  older record;
BEGIN
  SELECT * INTO run FROM own_run r
    WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = heard
      AND (r.first_at, r.first_id) >= (at, message) ORDER BY r.first_at, r.first_id LIMIT 1;
  IF NOT FOUND OR (run.last_at, run.last_id) > (at, message) THEN RETURN; END IF;
  DELETE FROM own_run r
    WHERE r.tenant_id = tenant AND r.mailbox_id = mailbox AND r.user_id = viewer AND r.shared_heard = heard
      AND r.first_at = run.first_at AND r.first_id = run.first_id;
  SELECT * INTO newer FROM message_beside(tenant, mailbox, heard, at, message, 'newer');
  SELECT * INTO older FROM message_beside(tenant, mailbox, heard, at, message, 'older');
  IF (newer.beside_at, newer.beside_id) <= (run.first_at, run.first_id) THEN
    INSERT INTO own_run
      VALUES (tenant, mailbox, viewer, heard, run.first_at, run.first_id, newer.beside_at, newer.beside_id);
  END IF;
  IF (older.beside_at, older.beside_id) >= (run.last_at, run.last_id) THEN
    INSERT INTO own_run
      VALUES (tenant, mailbox, viewer, heard, older.beside_at, older.beside_id, run.last_at, run.last_id);
  END IF;
END $$;

-- Of messages that have come or changed: those that lie in a run of somebody who has not marked them. A message that is
-- the newest of its mailbox lies in none.
CREATE FUNCTION own_lists_arrived() RETURNS trigger LANGUAGE plpgsql
${byIndex} AS $$
BEGIN
  ${splitRuns};
  RETURN NULL;
END $$;

-- The same of changed ones, after their marks are as they are.
CREATE FUNCTION own_lists_changed() RETURNS trigger LANGUAGE plpgsql
${byIndex} AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM arrived) THEN RETURN NULL; END IF;
  UPDATE own_mark o SET listed = NOT a.deleted, received_at = a.received_at FROM arrived a
    WHERE o.tenant_id = a.tenant_id AND o.mailbox_id = a.mailbox_id AND o.message_id = a.id
      AND (o.listed = a.deleted OR o.received_at <> a.received_at);
  ${splitRuns};
  RETURN NULL;
END $$;

-- Whoever has marked a message whose shared state is another now has marked it among others. Both tables are of one
-- statement, so their size is known when this is planned.
CREATE FUNCTION own_lists_flipped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM own_runs_join(a.tenant_id, a.mailbox_id, a.id)
    FROM arrived a JOIN before b ON b.tenant_id = a.tenant_id AND b.id = a.id
    WHERE (a.heard_at IS NULL) <> (b.heard_at IS NULL) AND NOT a.deleted;
  RETURN NULL;
END $$;

CREATE FUNCTION own_lists_marked() RETURNS trigger LANGUAGE plpgsql ${byIndex} AS $$
BEGIN
  INSERT INTO own_mark
    SELECT k.tenant_id, k.mailbox_id, k.message_id, k.user_id, k.heard_at IS NOT NULL, m.received_at, NOT m.deleted
    FROM marked k JOIN message m ON m.tenant_id = k.tenant_id AND m.id = k.message_id
    ON CONFLICT (tenant_id, mailbox_id, message_id, user_id) DO UPDATE
      SET heard = excluded.heard, received_at = excluded.received_at, listed = excluded.listed;
  IF TG_OP = 'INSERT' THEN
    PERFORM own_run_join(k.tenant_id, k.mailbox_id, k.user_id, k.message_id) FROM marked k;
  END IF;
  RETURN NULL;
END $$;

-- Marks end where their message leaves the mailbox. Whoever has none left there has no run.
CREATE FUNCTION own_lists_unmarked() RETURNS trigger LANGUAGE plpgsql ${byIndex} AS $$
BEGIN
  DELETE FROM own_mark o USING unmarked k
    WHERE o.tenant_id = k.tenant_id AND o.mailbox_id = k.mailbox_id AND o.message_id = k.message_id
      AND o.user_id = k.user_id;
  DELETE FROM own_run r USING unmarked k
    WHERE r.tenant_id = k.tenant_id AND r.mailbox_id = k.mailbox_id AND r.user_id = k.user_id AND NOT EXISTS (
      SELECT FROM own_mark o WHERE o.tenant_id = k.tenant_id AND o.mailbox_id = k.mailbox_id AND o.user_id = k.user_id
        AND o.listed);
  RETURN NULL;
END $$;

-- Everything anew from messages and marks.
CREATE FUNCTION make_own_lists() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM own_mark;
  DELETE FROM own_run;
  INSERT INTO own_mark
    SELECT k.tenant_id, k.mailbox_id, k.message_id, k.user_id, k.heard_at IS NOT NULL, m.received_at, NOT m.deleted
    FROM message_mark k JOIN message m ON m.tenant_id = k.tenant_id AND m.id = k.message_id;
  INSERT INTO own_run
    WITH numbered AS (
      SELECT m.tenant_id, m.mailbox_id, m.id, m.received_at, m.heard_at IS NOT NULL AS heard, row_number() OVER (
        PARTITION BY m.tenant_id, m.mailbox_id, m.heard_at IS NOT NULL ORDER BY m.received_at DESC, m.id DESC) AS n
      FROM message m
      WHERE NOT m.deleted AND (m.tenant_id, m.mailbox_id) IN (SELECT o.tenant_id, o.mailbox_id FROM own_mark o)
    ), marked AS (
      SELECT o.tenant_id, o.mailbox_id, o.user_id, m.heard, m.received_at, m.id, m.n, m.n - row_number() OVER (
        PARTITION BY o.tenant_id, o.mailbox_id, o.user_id, m.heard ORDER BY m.n) AS run
      FROM own_mark o JOIN numbered m
        ON m.tenant_id = o.tenant_id AND m.mailbox_id = o.mailbox_id AND m.id = o.message_id
    )
    SELECT tenant_id, mailbox_id, user_id, heard,
      (array_agg(received_at ORDER BY n))[1], (array_agg(id ORDER BY n))[1],
      (array_agg(received_at ORDER BY n DESC))[1], (array_agg(id ORDER BY n DESC))[1]
    FROM marked GROUP BY tenant_id, mailbox_id, user_id, heard, run;
END $$;
`;

export const ownListsTriggers = `
CREATE TRIGGER own_lists_arrived AFTER INSERT ON message
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION own_lists_arrived();
CREATE TRIGGER own_lists_changed AFTER UPDATE ON message
  REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION own_lists_changed();
CREATE TRIGGER own_lists_flipped AFTER UPDATE ON message
  REFERENCING OLD TABLE AS before NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION own_lists_flipped();
CREATE TRIGGER own_lists_marked AFTER INSERT ON message_mark
  REFERENCING NEW TABLE AS marked FOR EACH STATEMENT EXECUTE FUNCTION own_lists_marked();
CREATE TRIGGER own_lists_marked_anew AFTER UPDATE ON message_mark
  REFERENCING NEW TABLE AS marked FOR EACH STATEMENT EXECUTE FUNCTION own_lists_marked();
CREATE TRIGGER own_lists_unmarked AFTER DELETE ON message_mark
  REFERENCING OLD TABLE AS unmarked FOR EACH STATEMENT EXECUTE FUNCTION own_lists_unmarked();
`;
