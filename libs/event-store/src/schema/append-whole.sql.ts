import { appendLock } from './append.sql.ts';
import { maxCounters } from './judge-feeds.sql.ts';

/** Raised inside `append_whole` to undo what it wrote; it never leaves the function. */
const notWhole = 'AT001';

const perCounter = (expression: (j: number) => string, separator = ', '): string =>
  Array.from({ length: maxCounters }, (_, index) => expression(index + 1)).join(separator);

/**
 * The quick way into the log of processes of the version before; now it is `append_foreseen`. Writes a batch in which every
 * member passes, and answers `{head, feeds}`, or undoes everything and answers null. Then `append_batch` judges the batch member by member and says why not; both hold the same
 * lock and write the same rows, so either may follow the other, also from processes of different versions.
 *
 * Nothing is looked up to be judged: the writes themselves find out. A stream that is not at its expected version, a feed
 * that is missing, closed or full, a key that exists: each leaves a row less than there should be, or is a unique
 * violation; so are two rows of one key. Parameters are arrays, one per column, which costs a fraction of what taking one
 * JSON apart does. Per feed come the sums of the batch and the highest point each counter comes to, and
 * per change what is to be added to the feed's numbers after the batch to have them as of that change.
 *
 * `feeds` are arrays of sequence, counters and access after the batch: the caller makes the same stamps of them.
 */
export const appendWholeSql = `
CREATE OR REPLACE FUNCTION append_whole(
  tenants uuid[], streams text[], kinds text[], expected int[], lengths int[], seal_keys uuid[], times timestamptz[],
  standing int,
  event_requests int[], versions int[], event_ids uuid[], types text[], schemas smallint[], datas jsonb[], metas jsonb[],
  sealed bytea[],
  feed_tenants uuid[], feed_ids text[], takes bigint[], must_be_open boolean[], widths int[], sums bigint[],
  peaks bigint[],
  change_events int[], change_feeds int[], roles text[], sequence_steps bigint[], counter_steps bigint[],
  key_requests int[], key_ids uuid[], wrapped_keys bytea[],
  dedup_requests int[], actors text[], routes text[], keys text[], hashes text[], results jsonb[],
  inbox_requests int[], consumers text[], causes text[],
  changed_rows jsonb
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  wanted constant int := cardinality(event_ids);
  head bigint;
  found_rows int;
  accesses jsonb[];
  sequences bigint[];
  sizes int[];
  counters bigint[]; -- two dimensions: per feed ${maxCounters}
  feeds_after jsonb;
  stamps jsonb[];
BEGIN
  PERFORM pg_advisory_xact_lock(${appendLock});
  PERFORM set_config('aftertone.log_writer', 'append', true); -- the trigger on event lets only this one through
  BEGIN
    IF 0 = ANY (expected) THEN
      INSERT INTO stream (tenant_id, stream_id, type, version, key_id)
        SELECT q.tenant, q.stream, q.kind, q.length, q.seal_key
        FROM unnest(tenants, streams, kinds, expected, lengths, seal_keys)
          AS q(tenant, stream, kind, expected, length, seal_key)
        WHERE q.expected = 0 AND q.length > 0;
    END IF;
    IF standing > 0 THEN
      UPDATE stream t SET version = q.expected + q.length, key_id = coalesce(q.seal_key, t.key_id)
        FROM unnest(tenants, streams, expected, lengths, seal_keys) AS q(tenant, stream, expected, length, seal_key)
        WHERE q.expected > 0 AND q.length > 0
          AND t.tenant_id = q.tenant AND t.stream_id = q.stream AND t.version = q.expected;
      GET DIAGNOSTICS found_rows = ROW_COUNT;
      IF found_rows <> standing THEN RAISE SQLSTATE '${notWhole}'; END IF;
    END IF;
    -- Who appends no event expects a version all the same.
    IF 0 = ANY (lengths) AND EXISTS (
      SELECT FROM unnest(tenants, streams, expected, lengths) AS q(tenant, stream, expected, length)
      LEFT JOIN stream t ON t.tenant_id = q.tenant AND t.stream_id = q.stream
      WHERE q.length = 0 AND coalesce(t.version, 0) <> q.expected
    ) THEN
      RAISE SQLSTATE '${notWhole}';
    END IF;

    IF cardinality(feed_ids) > 0 THEN
      WITH moved AS (
        UPDATE feed d SET sequence = d.sequence + x.take,
          counters = (ARRAY[${perCounter((j) => `d.counters[${j}] + sums[x.base + ${j}]`)}])[1:cardinality(d.counters)]
        FROM (
          SELECT f.*, (f.place::int - 1) * ${maxCounters} AS base
          FROM unnest(feed_tenants, feed_ids, takes, must_be_open, widths)
            WITH ORDINALITY AS f(tenant, feed, take, must_be_open, width, place)
        ) x
        WHERE d.tenant_id = x.tenant AND d.feed_id = x.feed AND (d.open OR NOT x.must_be_open)
          AND cardinality(d.counters) >= x.width -- more counters than it has: the judge makes room
          AND (cardinality(d.limits) = 0 OR (
            ${perCounter((j) => `d.counters[${j}] + peaks[x.base + ${j}] > d.limits[${j}]`, ' OR ')}
          ) IS NOT TRUE)
        RETURNING x.place, d.sequence, d.access, d.counters
      )
      SELECT array_agg(m.access ORDER BY m.place), array_agg(m.sequence ORDER BY m.place),
          array_agg(cardinality(m.counters) ORDER BY m.place),
          array_agg(ARRAY[${perCounter((j) => `m.counters[${j}]`)}] ORDER BY m.place),
          jsonb_agg(jsonb_build_array(m.sequence, m.counters, m.access) ORDER BY m.place)
        INTO accesses, sequences, sizes, counters, feeds_after
        FROM moved m;
      IF cardinality(sequences) IS DISTINCT FROM cardinality(feed_ids) THEN
        RAISE SQLSTATE '${notWhole}';
      END IF;
      SELECT array_agg(s.of_event ORDER BY s.event) INTO stamps FROM (
        SELECT c.event, coalesce(jsonb_object_agg(c.role, jsonb_build_object(
            'feedId', feed_ids[c.feed], 'access', accesses[c.feed], 'sequence', sequences[c.feed] + c.step,
            'counters', to_jsonb((ARRAY[${perCounter((j) => `counters[c.feed][${j}] + counter_steps[c.base + ${j}]`)}])[
              1:sizes[c.feed]])
          )) FILTER (WHERE c.feed > 0), '{}') AS of_event
        FROM (
          SELECT u.*, (u.place::int - 1) * ${maxCounters} AS base
          FROM unnest(change_events, change_feeds, roles, sequence_steps)
            WITH ORDINALITY AS u(event, feed, role, step, place)
        ) c
        GROUP BY c.event
      ) s;
    ELSE
      stamps := array_fill('{}'::jsonb, ARRAY[wanted]);
    END IF;

    IF wanted > 0 THEN
      UPDATE log_head SET position = position + wanted RETURNING position - wanted INTO head;
      INSERT INTO event (position, tenant_id, stream_id, version, event_id, type, schema_version, data, meta, stamps,
          sealed, key_id, at)
        SELECT head + e.place, tenants[e.n], streams[e.n], e.version, e.id, e.type, e.schema, e.data, e.meta,
          e.stamps, e.sealed, CASE WHEN e.sealed IS NOT NULL THEN seal_keys[e.n] END, times[e.n]
        FROM unnest(event_requests, versions, event_ids, types, schemas, datas, metas, stamps, sealed)
          WITH ORDINALITY AS e(n, version, id, type, schema, data, meta, stamps, sealed, place);
    ELSE
      SELECT position INTO head FROM log_head;
    END IF;

    IF cardinality(key_ids) > 0 THEN
      INSERT INTO subject_key (tenant_id, key_id, wrapped)
        SELECT tenants[x.n], x.id, x.wrapped FROM unnest(key_requests, key_ids, wrapped_keys) AS x(n, id, wrapped);
    END IF;
    IF cardinality(keys) > 0 THEN
      INSERT INTO command_dedup (tenant_id, actor, route, key, body_hash, result, stream_id, at)
        SELECT tenants[x.n], x.actor, x.route, x.key, x.hash, x.result, streams[x.n], times[x.n]
        FROM unnest(dedup_requests, actors, routes, keys, hashes, results) AS x(n, actor, route, key, hash, result);
    END IF;
    IF cardinality(causes) > 0 THEN
      INSERT INTO inbox (tenant_id, consumer, event_id, at)
        SELECT tenants[x.n], x.consumer, x.cause, times[x.n]
        FROM unnest(inbox_requests, consumers, causes) AS x(n, consumer, cause);
    END IF;
    IF changed_rows IS NOT NULL THEN
      PERFORM put_rows(changed_rows);
    END IF;
    RETURN jsonb_build_object('head', head, 'feeds', feeds_after);
  EXCEPTION WHEN SQLSTATE '${notWhole}' OR unique_violation OR cardinality_violation THEN
    RETURN NULL;
  END;
END $$;
`;
