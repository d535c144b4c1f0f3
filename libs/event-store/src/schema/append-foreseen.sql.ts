import { appendLock } from './append.sql.ts';

/** Raised inside `append_foreseen` to undo what it wrote; they never leave the function. */
const otherFeeds = 'AT002';
const otherwise = 'AT003';

/** The answer of `append_foreseen` when a feed was not as foreseen. */
export const feedsDiffer = -1;

/**
 * The quick way into the log, for a batch whose end the process has foreseen: it knows the feeds as they were, so it has
 * judged every member and made the stamps itself. The function writes what is handed to it if everything is as expected:
 * each stream at its version, each feed at its revision, each key unused. It answers the position before the first event,
 * or undoes everything and answers null, or -1 where it was a feed; then `append_batch` judges the batch member by member. Both hold the same lock
 * and write the same rows.
 *
 * Nothing is looked up: the writes themselves find out, by leaving fewer rows than there should be or by a unique
 * violation. Parameters are arrays, one per column (`append/foreseen-batch.ts`), taken by subscript: PL/pgSQL holds them
 * unpacked, while functions that return them as rows would copy each column on the way.
 *
 * `numbers` are the counters of all feeds after the batch, one feed's after the other's: `widths` of them, up to
 * `number_ends`.
 */
export const appendForeseenSql = `
CREATE OR REPLACE FUNCTION append_foreseen(
  tenants uuid[], streams text[], kinds text[], expected int[], lengths int[], seal_keys uuid[], times timestamptz[],
  standing int,
  event_requests int[], versions int[], event_ids uuid[], types text[], schemas smallint[], datas jsonb[], metas jsonb[],
  stamps jsonb[], sealed bytea[],
  feed_tenants uuid[], feed_ids text[], revisions bigint[], takes bigint[], sequences bigint[], numbers bigint[],
  number_ends int[], widths int[],
  key_requests int[], key_ids uuid[], wrapped_keys bytea[],
  dedup_requests int[], actors text[], routes text[], keys text[], hashes text[], results jsonb[],
  inbox_requests int[], consumers text[], causes text[],
  changed_rows jsonb
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  wanted constant int := cardinality(event_ids);
  head bigint;
  found_rows int;
BEGIN
  PERFORM pg_advisory_xact_lock(${appendLock});
  PERFORM set_config('aftertone.log_writer', 'append', true); -- the trigger on event lets only this one through
  BEGIN
    IF cardinality(feed_ids) > 0 THEN
      UPDATE feed d SET sequence = sequences[x.n], counters = numbers[number_ends[x.n] - widths[x.n] + 1 : number_ends[x.n]],
          revision = d.revision + 1
        FROM unnest(feed_ids) WITH ORDINALITY AS x(feed, n)
        WHERE d.tenant_id = feed_tenants[x.n] AND d.feed_id = x.feed AND d.revision = revisions[x.n]
          AND d.sequence = sequences[x.n] - takes[x.n]; -- a feed of the same name that was made anew
      GET DIAGNOSTICS found_rows = ROW_COUNT;
      IF found_rows <> cardinality(feed_ids) THEN RAISE SQLSTATE '${otherFeeds}'; END IF;
    END IF;

    IF 0 = ANY (expected) THEN
      INSERT INTO stream (tenant_id, stream_id, type, version, key_id)
        SELECT tenants[n], streams[n], kinds[n], lengths[n], seal_keys[n]
        FROM generate_series(1, cardinality(tenants)) AS n
        WHERE expected[n] = 0 AND lengths[n] > 0;
    END IF;
    IF standing > 0 THEN
      UPDATE stream t SET version = expected[x.n] + lengths[x.n], key_id = coalesce(seal_keys[x.n], t.key_id)
        FROM unnest(streams) WITH ORDINALITY AS x(stream, n)
        WHERE expected[x.n] > 0 AND lengths[x.n] > 0
          AND t.tenant_id = tenants[x.n] AND t.stream_id = x.stream AND t.version = expected[x.n];
      GET DIAGNOSTICS found_rows = ROW_COUNT;
      IF found_rows <> standing THEN RAISE SQLSTATE '${otherwise}'; END IF;
    END IF;
    -- Who appends no event expects a version all the same.
    IF 0 = ANY (lengths) AND EXISTS (
      SELECT FROM unnest(tenants, streams, expected, lengths) AS q(tenant, stream, expected, length)
      LEFT JOIN stream t ON t.tenant_id = q.tenant AND t.stream_id = q.stream
      WHERE q.length = 0 AND coalesce(t.version, 0) <> q.expected
    ) THEN
      RAISE SQLSTATE '${otherwise}';
    END IF;

    IF wanted > 0 THEN
      UPDATE log_head SET position = position + wanted RETURNING position - wanted INTO head;
      INSERT INTO event (position, tenant_id, stream_id, version, event_id, type, schema_version, data, meta, stamps,
          sealed, key_id, at)
        SELECT head + e.n, tenants[e.q], streams[e.q], versions[e.n], event_ids[e.n], types[e.n], schemas[e.n],
          datas[e.n], metas[e.n], stamps[e.n], sealed[e.n], CASE WHEN sealed[e.n] IS NOT NULL THEN seal_keys[e.q] END,
          times[e.q]
        FROM unnest(event_requests) WITH ORDINALITY AS e(q, n);
    ELSE
      SELECT position INTO head FROM log_head;
    END IF;

    IF cardinality(key_ids) > 0 THEN
      INSERT INTO subject_key (tenant_id, key_id, wrapped)
        SELECT tenants[key_requests[n]], key_ids[n], wrapped_keys[n] FROM generate_series(1, cardinality(key_ids)) AS n;
    END IF;
    IF cardinality(keys) > 0 THEN
      INSERT INTO command_dedup (tenant_id, actor, route, key, body_hash, result, stream_id, at)
        SELECT tenants[x.q], actors[x.n], routes[x.n], keys[x.n], hashes[x.n], results[x.n], streams[x.q], times[x.q]
        FROM unnest(dedup_requests) WITH ORDINALITY AS x(q, n);
    END IF;
    IF cardinality(causes) > 0 THEN
      INSERT INTO inbox (tenant_id, consumer, event_id, at)
        SELECT tenants[x.q], consumers[x.n], causes[x.n], times[x.q]
        FROM unnest(inbox_requests) WITH ORDINALITY AS x(q, n);
    END IF;
    IF changed_rows IS NOT NULL THEN
      PERFORM put_rows(changed_rows);
    END IF;
    RETURN head;
  EXCEPTION WHEN SQLSTATE '${otherFeeds}' THEN
    RETURN ${feedsDiffer};
  WHEN SQLSTATE '${otherwise}' OR unique_violation OR cardinality_violation THEN
    RETURN NULL;
  END;
END $$;
`;
