/** Advisory locks are numbers: one namespace for this library, within a database. */
export const appendLock = 7_205_759_401;

/**
 * The only way to write events: takes a batch, answers per request, in order.
 *
 * `batch` is `{requests, events, keys, rows}` as `append/wire.ts` builds it. The lock comes first and is released by
 * the commit, so positions are dense, in commit order, and ascend with the versions of each stream. Under it,
 * check-then-act is safe: everything of a request is checked before anything of it changes, so a refused request
 * leaves nothing and the next one sees only its accepted predecessors.
 */
export const appendSql = `
CREATE OR REPLACE FUNCTION append_batch(batch jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  requests constant jsonb := batch -> 'requests';
  events constant jsonb := batch -> 'events';
  keys constant jsonb := batch -> 'keys';
  head bigint;
  outcomes jsonb[];
  bases bigint[];         -- per request the position before its first event; null when it was refused
  feeds feed[];           -- every feed the batch touches, as it stands after the requests accepted so far
  feed_names text[];
  touched boolean[];
  dedup_names text[];
  dedup_first int[];
  inbox_names text[];
  r record;
  c record;
  w feed;
  f jsonb;
  s jsonb;
  name text;
  spot int;
  stamps jsonb[];
  stamp jsonb;
  shown bigint[];
  amount bigint;
  bound bigint;
  verdict jsonb;
  model record;
BEGIN
  -- A SET clause of the function would say the same, but there only a superuser may name a setting of our own.
  PERFORM set_config('aftertone.log_writer', 'append', true);
  PERFORM pg_advisory_xact_lock(${appendLock});
  SELECT position INTO head FROM log_head;

  FOR w IN
    SELECT d.* FROM (
      SELECT DISTINCT (q ->> 'tenant')::uuid AS tenant_id, x ->> 'feed' AS feed_id
      FROM jsonb_array_elements(requests) q, jsonb_array_elements(q -> 'feeds') x
    ) wanted JOIN feed d USING (tenant_id, feed_id)
  LOOP
    feeds := feeds || w;
    feed_names := feed_names || (w.tenant_id || '/' || w.feed_id);
  END LOOP;

  FOR r IN
    SELECT q.*, coalesce(t.version, 0) AS actual, d.body_hash AS known_hash, d.result AS known_result,
      i.event_id IS NOT NULL AS seen
    FROM jsonb_to_recordset(requests) AS q(
      n int, tenant uuid, stream text, expected int, events int, feeds jsonb, claims jsonb,
      actor text, route text, key text, hash text, consumer text, cause text)
    LEFT JOIN stream t ON t.tenant_id = q.tenant AND t.stream_id = q.stream
    LEFT JOIN command_dedup d
      ON d.tenant_id = q.tenant AND d.actor = q.actor AND d.route = q.route AND d.key = q.key
    LEFT JOIN inbox i ON i.tenant_id = q.tenant AND i.consumer = q.consumer AND i.event_id = q.cause
    ORDER BY q.n
  LOOP
    verdict := NULL;

    -- Done before? By an earlier batch, or by an earlier member of this one.
    IF r.key IS NOT NULL THEN
      name := jsonb_build_array(r.tenant, r.actor, r.route, r.key)::text;
      spot := array_position(dedup_names, name);
      IF r.known_hash IS NULL AND spot IS NOT NULL THEN
        r.known_hash := requests -> (dedup_first[spot] - 1) ->> 'hash';
        r.known_result := requests -> (dedup_first[spot] - 1) -> 'result';
      END IF;
      IF r.known_hash = r.hash THEN
        verdict := jsonb_build_object('is', 'duplicate', 'result', r.known_result);
      ELSIF r.known_hash IS NOT NULL THEN
        verdict := '{"is": "key-reused"}';
      END IF;
    END IF;
    IF verdict IS NULL AND r.cause IS NOT NULL THEN
      IF r.seen OR jsonb_build_array(r.tenant, r.consumer, r.cause)::text = ANY (inbox_names) THEN
        verdict := '{"is": "seen"}';
      END IF;
    END IF;

    IF verdict IS NULL AND r.actual <> r.expected THEN
      verdict := jsonb_build_object('is', 'conflict', 'version', r.actual);
    END IF;

    -- Guards: nothing is changed yet.
    IF verdict IS NULL AND r.feeds IS NOT NULL THEN
      FOR i IN 0 .. jsonb_array_length(r.feeds) - 1 LOOP
        f := r.feeds -> i;
        CONTINUE WHEN f ? 'create';
        spot := array_position(feed_names, r.tenant || '/' || (f ->> 'feed'));
        IF spot IS NULL THEN
          verdict := jsonb_build_object('guard', 'feed-missing');
        ELSE
          w := feeds[spot];
          IF NOT w.open AND (f -> 'requireOpen')::boolean THEN
            verdict := jsonb_build_object('guard', 'feed-closed');
          ELSE
            FOR j IN 1 .. jsonb_array_length(f -> 'delta') LOOP
              amount := (f -> 'delta' -> (j - 1))::bigint;
              CONTINUE WHEN amount <= 0;
              bound := CASE WHEN f ? 'limits' THEN (f -> 'limits' ->> (j - 1))::bigint ELSE w.limits[j] END;
              amount := coalesce(w.counters[j], 0) + amount;
              IF amount > bound THEN
                verdict := jsonb_build_object('guard', 'limit', 'counter', j - 1, 'limit', bound, 'value', amount);
                EXIT;
              END IF;
            END LOOP;
          END IF;
        END IF;
        IF verdict IS NOT NULL THEN
          verdict := jsonb_build_object('is', 'refused', 'failure',
            verdict || jsonb_build_object('role', f -> 'role', 'feedId', f -> 'feed'));
          EXIT;
        END IF;
      END LOOP;
    END IF;
    IF verdict IS NULL AND r.claims IS NOT NULL THEN
      FOR c IN
        SELECT k.scope, k.key, k.stream_id
        FROM jsonb_to_recordset(r.claims) AS x(scope text, key text, action text)
        JOIN claim k ON k.tenant_id = r.tenant AND k.scope = x.scope AND k.key = x.key
        WHERE x.action = 'take' AND k.stream_id <> r.stream
        LIMIT 1
      LOOP
        verdict := jsonb_build_object('is', 'refused', 'failure',
          jsonb_build_object('guard', 'claimed', 'scope', c.scope, 'key', c.key, 'streamId', c.stream_id));
      END LOOP;
    END IF;

    IF verdict IS NOT NULL THEN
      outcomes[r.n] := verdict;
      bases[r.n] := NULL;
      CONTINUE;
    END IF;

    -- Accepted: from here on the request only changes things.
    stamps := array_fill('{}'::jsonb, ARRAY[r.events]);
    IF r.feeds IS NOT NULL THEN
      FOR i IN 0 .. jsonb_array_length(r.feeds) - 1 LOOP
        f := r.feeds -> i;
        name := r.tenant || '/' || (f ->> 'feed');
        spot := array_position(feed_names, name);
        IF f ? 'create' THEN
          IF spot IS NOT NULL THEN
            RAISE EXCEPTION 'feed % exists already', name USING ERRCODE = '23505';
          END IF;
          w := ROW(r.tenant, f ->> 'feed', true, 0, 'null'::jsonb, '{}'::bigint[], '{}'::bigint[]);
          feed_names := feed_names || name;
          spot := cardinality(feed_names);
        ELSE
          w := feeds[spot];
        END IF;
        FOR k IN 0 .. jsonb_array_length(f -> 'stamps') - 1 LOOP
          s := f -> 'stamps' -> k;
          shown := w.counters;
          FOR j IN 1 .. jsonb_array_length(s -> 'delta') LOOP
            shown[j] := coalesce(shown[j], 0) + (s -> 'delta' -> (j - 1))::bigint;
          END LOOP;
          stamp := jsonb_build_object('feedId', w.feed_id, 'access', coalesce(s -> 'access', w.access),
            'sequence', w.sequence + 1 + (s -> 'skip')::bigint, 'counters', to_jsonb(shown));
          IF s ? 'changed' THEN
            stamp := stamp || jsonb_build_object('previousAccess', coalesce(s -> 'previous', w.access));
          END IF;
          stamps[(s -> 'event')::int] :=
            stamps[(s -> 'event')::int] || jsonb_build_object(s ->> 'role', stamp);
        END LOOP;
        FOR j IN 1 .. jsonb_array_length(f -> 'delta') LOOP
          w.counters[j] := coalesce(w.counters[j], 0) + (f -> 'delta' -> (j - 1))::bigint;
        END LOOP;
        w.sequence := w.sequence + (f -> 'take')::bigint;
        w.open := coalesce((f -> 'open')::boolean, w.open);
        w.access := coalesce(f -> 'access', w.access);
        IF f ? 'limits' THEN
          w.limits := ARRAY(SELECT x::bigint FROM jsonb_array_elements_text(f -> 'limits') x);
        END IF;
        feeds[spot] := w;
        touched[spot] := true;
      END LOOP;
    END IF;
    IF r.claims IS NOT NULL THEN
      DELETE FROM claim k USING jsonb_to_recordset(r.claims) AS x(scope text, key text, action text)
        WHERE x.action = 'release' AND k.tenant_id = r.tenant AND k.scope = x.scope AND k.key = x.key
          AND k.stream_id = r.stream;
      INSERT INTO claim (tenant_id, scope, key, stream_id)
        SELECT r.tenant, x.scope, x.key, r.stream
        FROM jsonb_to_recordset(r.claims) AS x(scope text, key text, action text) WHERE x.action = 'take'
        ON CONFLICT DO NOTHING;
    END IF;
    IF r.key IS NOT NULL THEN
      dedup_names := dedup_names || jsonb_build_array(r.tenant, r.actor, r.route, r.key)::text;
      dedup_first := dedup_first || r.n;
    END IF;
    IF r.cause IS NOT NULL THEN
      inbox_names := inbox_names || jsonb_build_array(r.tenant, r.consumer, r.cause)::text;
    END IF;
    outcomes[r.n] := jsonb_build_object('is', 'appended', 'position', head + 1, 'stamps', to_jsonb(stamps));
    bases[r.n] := head;
    head := head + r.events;
  END LOOP;

  UPDATE log_head SET position = head WHERE position <> head;

  INSERT INTO stream (tenant_id, stream_id, type, version, key_id)
    SELECT q.tenant, q.stream, q.kind, q.expected + q.events, q."sealKey"
    FROM jsonb_to_recordset(requests) AS q(
      n int, tenant uuid, stream text, kind text, expected int, events int, "sealKey" uuid)
    WHERE bases[q.n] IS NOT NULL AND q.events > 0
    ON CONFLICT (tenant_id, stream_id)
      DO UPDATE SET version = excluded.version, key_id = coalesce(excluded.key_id, stream.key_id);

  INSERT INTO event (position, tenant_id, stream_id, version, event_id, type, schema_version, data, meta, stamps,
      sealed, key_id, at)
    SELECT bases[e.n] + e.k, e.tenant, e.stream, e.version, e.id, e.type, e.schema, e.data, e.meta,
      outcomes[e.n] -> 'stamps' -> (e.k - 1), decode(e.sealed, 'base64'), e.key, e.at
    FROM jsonb_to_recordset(events) AS e(
      n int, k int, tenant uuid, stream text, version int, id uuid, type text, schema smallint, data jsonb, meta jsonb,
      sealed text, key uuid, at timestamptz)
    WHERE bases[e.n] IS NOT NULL;

  IF touched IS NOT NULL THEN
    INSERT INTO feed
      SELECT u.tenant_id, u.feed_id, u.open, u.sequence, u.access, u.counters, u.limits
      FROM unnest(feeds) WITH ORDINALITY AS u
      WHERE touched[u.ordinality]
      ON CONFLICT (tenant_id, feed_id) DO UPDATE SET open = excluded.open, sequence = excluded.sequence,
        access = excluded.access, counters = excluded.counters, limits = excluded.limits;
  END IF;

  IF dedup_names IS NOT NULL THEN
    INSERT INTO command_dedup (tenant_id, actor, route, key, body_hash, result, stream_id, at)
      SELECT q.tenant, q.actor, q.route, q.key, q.hash, q.result, q.stream, q.at
      FROM jsonb_to_recordset(requests) AS q(
        n int, tenant uuid, stream text, actor text, route text, key text, hash text, result jsonb, at timestamptz)
      WHERE bases[q.n] IS NOT NULL AND q.key IS NOT NULL;
  END IF;
  IF inbox_names IS NOT NULL THEN
    INSERT INTO inbox (tenant_id, consumer, event_id, at)
      SELECT q.tenant, q.consumer, q.cause, q.at
      FROM jsonb_to_recordset(requests) AS q(n int, tenant uuid, consumer text, cause text, at timestamptz)
      WHERE bases[q.n] IS NOT NULL AND q.cause IS NOT NULL;
  END IF;

  IF keys IS NOT NULL THEN
    INSERT INTO subject_key (tenant_id, key_id, wrapped)
      SELECT x.tenant, x.id, decode(x.wrapped, 'base64')
      FROM jsonb_to_recordset(keys) AS x(n int, tenant uuid, id uuid, wrapped text)
      WHERE bases[x.n] IS NOT NULL AND x.wrapped IS NOT NULL;
    UPDATE subject_key k SET wrapped = NULL, destroyed_at = x.at
      FROM jsonb_to_recordset(keys) AS x(n int, tenant uuid, stream text, destroy boolean, at timestamptz)
      JOIN event e ON e.tenant_id = x.tenant AND e.stream_id = x.stream
      WHERE bases[x.n] IS NOT NULL AND x.destroy AND k.tenant_id = e.tenant_id AND k.key_id = e.key_id
        AND k.destroyed_at IS NULL;
    -- The hash of a request tells what was in it to whoever can guess: it goes with the key.
    DELETE FROM command_dedup d
      USING jsonb_to_recordset(keys) AS x(n int, tenant uuid, stream text, destroy boolean)
      WHERE bases[x.n] IS NOT NULL AND x.destroy AND d.tenant_id = x.tenant AND d.stream_id = x.stream;
  END IF;

  IF batch ? 'rows' THEN
    FOR model IN
      SELECT x.key AS table_name, x.value AS changes, m.table_name IS NOT NULL AS known
      FROM jsonb_each(batch -> 'rows') x LEFT JOIN read_model m ON m.table_name = x.key
    LOOP
      IF NOT model.known THEN
        RAISE EXCEPTION 'table % is not registered as a read model', model.table_name USING ERRCODE = '42P01';
      END IF;
      EXECUTE format('SELECT %I($1, $2)', 'write_' || model.table_name) USING model.changes, bases;
    END LOOP;
  END IF;

  PERFORM set_config('aftertone.log_writer', '', true);
  RETURN to_jsonb(outcomes);
END $$;
`;
