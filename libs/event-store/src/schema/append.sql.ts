import { judgeFeedsSql } from './judge-feeds.sql.ts';
import { writeRowsSql } from './written-table.ts';

/** Advisory lock that every append holds until its commit. Advisory locks are numbers, within a database. */
export const appendLock = 7_205_759_401;

/**
 * The only way to write events: takes a batch as `append/wire.ts` builds it, and answers
 * `{head, verdicts, stamps}`: the position before the first event, per request null (done) or why not, per event of the
 * batch its stamps (null or missing: none).
 *
 * The lock comes first and is released by the commit, so positions are dense, in commit order, and ascend with the
 * versions of each stream. Under it, check-then-act is safe: the batch is judged first, and then only what passed is
 * written, in a few statements for all. Members of a batch must not share a stream, a deduplication key, an inbox entry
 * or a claim, and one that sets something in a feed must be alone with that feed; the lane sees to it. What they may
 * share is the counting in a feed, which is judged in their order.
 */
export const appendBatchSql = `
DO $$ BEGIN
  IF to_regtype('feed_judgement') IS NULL THEN
    -- What is judged of a feed's row. It is no type of the table's: the table may get columns while calls go on.
    CREATE TYPE feed_state AS (tenant_id uuid, feed_id text, open boolean, sequence bigint, access jsonb,
      counters bigint[], limits bigint[]);
    -- A feed change of one event: its stamp, why it must not be, and the feed after it.
    CREATE TYPE feed_judgement AS (n int, event int, role text, stamp jsonb, failure jsonb, certain boolean,
      after feed_state);
  END IF;
END $$;
CREATE OR REPLACE FUNCTION append_batch(batch jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  requests constant jsonb := batch -> 'requests';
  events constant jsonb := batch -> 'events';
  head bigint;
  verdicts jsonb[];
  turns feed_judgement[];
  stamps jsonb[];
  count int;
  r record;
BEGIN
  PERFORM pg_advisory_xact_lock(${appendLock});
  PERFORM set_config('aftertone.log_writer', 'append', true); -- the trigger on event lets only this one through
  SELECT position INTO head FROM log_head;

  SELECT array_agg(
      CASE WHEN coalesce(t.version, 0) <> q.expected
        THEN jsonb_build_object('is', 'conflict', 'version', coalesce(t.version, 0)) END ORDER BY q.n)
    INTO verdicts
    FROM jsonb_to_recordset(requests) AS q(n int, tenant uuid, stream text, expected int)
    LEFT JOIN stream t ON t.tenant_id = q.tenant AND t.stream_id = q.stream;

  -- "Done before" is said rather than "conflict": the first time may be what moved the stream.
  IF batch ? 'inbox' THEN
    FOR r IN
      SELECT x.n FROM jsonb_to_recordset(batch -> 'inbox') AS x(n int, tenant uuid, consumer text, cause text)
      JOIN inbox i ON i.tenant_id = x.tenant AND i.consumer = x.consumer AND i.event_id = x.cause
    LOOP
      verdicts[r.n] := '{"is": "seen"}';
    END LOOP;
  END IF;
  IF batch ? 'dedup' THEN
    FOR r IN
      SELECT x.n, d.result, d.body_hash = x.hash AS same
      FROM jsonb_to_recordset(batch -> 'dedup') AS x(n int, tenant uuid, actor text, route text, key text, hash text)
      JOIN command_dedup d
        ON d.tenant_id = x.tenant AND d.actor = x.actor AND d.route = x.route AND d.key = x.key
    LOOP
      verdicts[r.n] := CASE WHEN r.same THEN jsonb_build_object('is', 'duplicate', 'result', r.result)
        ELSE '{"is": "key-reused"}' END;
    END LOOP;
  END IF;
  IF batch ? 'claims' THEN
    FOR r IN
      SELECT x.n, k.scope, k.key, k.stream_id
      FROM jsonb_to_recordset(batch -> 'claims') AS x(
        n int, tenant uuid, stream text, scope text, key text, action text)
      JOIN claim k ON k.tenant_id = x.tenant AND k.scope = x.scope AND k.key = x.key
      WHERE x.action = 'take' AND k.stream_id <> x.stream AND verdicts[x.n] IS NULL
    LOOP
      verdicts[r.n] := jsonb_build_object('is', 'refused', 'failure',
        jsonb_build_object('guard', 'claimed', 'scope', r.scope, 'key', r.key, 'streamId', r.stream_id));
    END LOOP;
  END IF;

  -- The first request that a guard refuses is refused for sure, because all before it pass; so is whoever fails whatever
  -- the others do. The rest is judged anew without them.
  WHILE batch ? 'feeds' LOOP
${judgeFeedsSql}
    count := 0;
    FOR r IN
      SELECT t.n, t.failure, t.certain FROM unnest(turns) WITH ORDINALITY AS t
      WHERE t.failure IS NOT NULL ORDER BY t.ordinality
    LOOP
      IF r.failure ->> 'guard' = 'feed-exists' THEN
        RAISE EXCEPTION 'the feed of request % exists already', r.n USING ERRCODE = '23505';
      END IF;
      IF (count = 0 OR r.certain) AND verdicts[r.n] IS NULL THEN
        verdicts[r.n] := jsonb_build_object('is', 'refused', 'failure', r.failure);
        count := count + 1;
      END IF;
    END LOOP;
    EXIT WHEN count = 0;
  END LOOP;
  -- All stamps of an event at once: an event may touch a thousand feeds, and each addition would copy what is there.
  FOR r IN SELECT t.event, jsonb_object_agg(t.role, t.stamp) AS of_event FROM unnest(turns) t GROUP BY t.event LOOP
    stamps[r.event] := r.of_event;
  END LOOP;

  -- Judged; from here on everything is written. Events come out of the JSON in their order, and are numbered in it.
  INSERT INTO event (position, tenant_id, stream_id, version, event_id, type, schema_version, data, meta, stamps,
      sealed, key_id, at)
    SELECT head + row_number() OVER (), e.tenant, e.stream, e.version, e.id, e.type, e.schema, e.data,
      e.meta, coalesce(stamps[e.event], '{}'), decode(e.sealed, 'base64'), e.key, e.at
    FROM jsonb_to_recordset(events) AS e(
      n int, event int, tenant uuid, stream text, version int, id uuid, type text, schema smallint, data jsonb,
      meta jsonb, sealed text, key uuid, at timestamptz)
    WHERE verdicts[e.n] IS NULL;
  GET DIAGNOSTICS count = ROW_COUNT;
  UPDATE log_head SET position = head + count WHERE count > 0;

  INSERT INTO stream (tenant_id, stream_id, type, version, key_id)
    SELECT q.tenant, q.stream, q.kind, q.expected + q.events, q."sealKey"
    FROM jsonb_to_recordset(requests) AS q(
      n int, tenant uuid, stream text, kind text, expected int, events int, "sealKey" uuid)
    WHERE verdicts[q.n] IS NULL AND q.events > 0
    ON CONFLICT (tenant_id, stream_id)
      DO UPDATE SET version = excluded.version, key_id = coalesce(excluded.key_id, stream.key_id);

  IF turns IS NOT NULL THEN
    INSERT INTO feed (tenant_id, feed_id, open, sequence, access, counters, limits)
      SELECT (t.after).* FROM (
        SELECT DISTINCT ON ((u.after).tenant_id, (u.after).feed_id) u.after FROM unnest(turns) WITH ORDINALITY AS u
        ORDER BY (u.after).tenant_id, (u.after).feed_id, u.ordinality DESC
      ) t
      ON CONFLICT (tenant_id, feed_id) DO UPDATE SET open = excluded.open, sequence = excluded.sequence,
        access = excluded.access, counters = excluded.counters, limits = excluded.limits;
  END IF;

  IF batch ? 'keys' THEN
    INSERT INTO subject_key (tenant_id, key_id, wrapped)
      SELECT x.tenant, x.id, decode(x.wrapped, 'base64')
      FROM jsonb_to_recordset(batch -> 'keys') AS x(n int, tenant uuid, id uuid, wrapped text)
      WHERE verdicts[x.n] IS NULL AND x.wrapped IS NOT NULL;
    UPDATE subject_key k SET wrapped = NULL, destroyed_at = x.at
      FROM jsonb_to_recordset(batch -> 'keys') AS x(n int, tenant uuid, stream text, destroy boolean, at timestamptz)
      JOIN event e ON e.tenant_id = x.tenant AND e.stream_id = x.stream
      WHERE verdicts[x.n] IS NULL AND x.destroy AND k.tenant_id = e.tenant_id AND k.key_id = e.key_id
        AND k.destroyed_at IS NULL;
    -- The hash of a request tells what was in it to whoever can guess: it goes with the key.
    DELETE FROM command_dedup d
      USING jsonb_to_recordset(batch -> 'keys') AS x(n int, tenant uuid, stream text, destroy boolean)
      WHERE verdicts[x.n] IS NULL AND x.destroy AND d.tenant_id = x.tenant AND d.stream_id = x.stream;
  END IF;
  IF batch ? 'dedup' THEN
    INSERT INTO command_dedup (tenant_id, actor, route, key, body_hash, result, stream_id, at)
      SELECT x.tenant, x.actor, x.route, x.key, x.hash, coalesce(x.result, 'null'), x.stream, x.at
      FROM jsonb_to_recordset(batch -> 'dedup') AS x(
        n int, tenant uuid, stream text, actor text, route text, key text, hash text, result jsonb, at timestamptz)
      WHERE verdicts[x.n] IS NULL;
  END IF;
  IF batch ? 'inbox' THEN
    INSERT INTO inbox (tenant_id, consumer, event_id, at)
      SELECT x.tenant, x.consumer, x.cause, x.at
      FROM jsonb_to_recordset(batch -> 'inbox') AS x(n int, tenant uuid, consumer text, cause text, at timestamptz)
      WHERE verdicts[x.n] IS NULL;
  END IF;
  IF batch ? 'claims' THEN
    DELETE FROM claim k USING jsonb_to_recordset(batch -> 'claims') AS x(
        n int, tenant uuid, stream text, scope text, key text, action text)
      WHERE verdicts[x.n] IS NULL AND x.action = 'release' AND k.tenant_id = x.tenant AND k.scope = x.scope
        AND k.key = x.key AND k.stream_id = x.stream;
    INSERT INTO claim (tenant_id, scope, key, stream_id)
      SELECT x.tenant, x.scope, x.key, x.stream
      FROM jsonb_to_recordset(batch -> 'claims') AS x(
        n int, tenant uuid, stream text, scope text, key text, action text)
      WHERE verdicts[x.n] IS NULL AND x.action = 'take'
      ON CONFLICT DO NOTHING;
  END IF;
  IF batch ? 'rows' THEN
    PERFORM write_rows(batch -> 'rows', verdicts);
  END IF;

  RETURN jsonb_build_object('head', head, 'verdicts', to_jsonb(verdicts), 'stamps', to_jsonb(stamps));
END $$;
`;

/** What `append_batch` needs, and the function itself. */
export const appendSql = `
-- Of functions of the first version.
CREATE TYPE feed_turn AS (n int, event int, role text, stamp jsonb, failure jsonb, certain boolean, after feed);
${writeRowsSql([])};
${appendBatchSql}`;
