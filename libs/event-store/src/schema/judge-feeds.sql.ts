/** Counters of a feed at most: the arithmetic below is written out per counter, many times faster than loops. */
export const maxCounters = 10;

const counters = Array.from({ length: maxCounters }, (_, index) => index + 1);
const perCounter = (expression: (j: number) => string): string[] => counters.map(expression);

/**
 * Takes the feed changes of the batch in their order, as if each request passed that has no verdict yet, into `turns`:
 * the stamp of each, why it must not be, and its feed after it.
 *
 * `open`, `access` and `limits` of a change hold what its request has set so far; `grow`, in the last change of a request
 * to a feed, what the request as a whole adds to each counter: that is what a limit may refuse. A feed that a change
 * ensures is made open, without access and limits but for what the change sets. Sums are of `float8`,
 * which is exact up to 2^53 and several times faster here than the `numeric` that sums of `bigint` are.
 */
export const judgeFeedsSql = `
  SELECT array_agg(ROW(
      y.n, y.event, y.role,
      CASE WHEN y.changed
        THEN jsonb_build_object('feedId', y.feed, 'access', y.access_now, 'sequence', y.sequence - y.take + 1,
          'counters', to_jsonb(y.counters), 'previousAccess', coalesce(y.previous, y.access_was))
        ELSE jsonb_build_object('feedId', y.feed, 'access', y.access_now, 'sequence', y.sequence - y.take + 1,
          'counters', to_jsonb(y.counters))
      END,
      CASE
        WHEN y."create" THEN CASE WHEN y.known THEN '{"guard": "feed-exists"}'::jsonb END
        WHEN NOT y.known AND y.ensure IS NOT TRUE THEN jsonb_build_object('guard', 'feed-missing', 'role', y.role, 'feedId', y.feed)
        WHEN y."requireOpen" AND NOT y.was_open
          THEN jsonb_build_object('guard', 'feed-closed', 'role', y.role, 'feedId', y.feed)
        WHEN y.over IS NOT NULL THEN jsonb_build_object('guard', 'limit', 'role', y.role, 'feedId', y.feed,
          'counter', y.over - 1, 'limit', y.limits_now[y.over], 'value', y.counters[y.over])
      END,
      -- What fails whatever the others of the batch do.
      y.over IS NULL OR (NOT y.shrinking AND coalesce(y.was[y.over], 0) + y.grow[y.over] > y.limits_now[y.over]),
      ROW(y.tenant, y.feed, y.open_now, y.sequence, y.access_now, y.counters, y.limits_now)::feed_state
    )::feed_judgement ORDER BY y.place)
  INTO turns
  FROM (
    SELECT z.*,
      CASE ${perCounter((j) => `WHEN z.grow[${j}] > 0 AND z.counters[${j}] > z.limits_now[${j}] THEN ${j}`).join('\n        ')}
      END AS over
    FROM (
      SELECT x.*, d.feed_id IS NOT NULL AS known, d.open AS was_open, d.access AS access_was, d.counters AS was,
        coalesce(x.open, d.open, true) AS open_now,
        coalesce(x.access, d.access, 'null') AS access_now,
        coalesce(x.limits, d.limits, '{}') AS limits_now,
        (coalesce(d.sequence, 0) + sum(x.take::float8) OVER w)::bigint AS sequence,
        (ARRAY[
      ${perCounter((j) => `coalesce(d.counters[${j}], 0) + coalesce(sum(x.delta[${j}]::float8) OVER w, 0)`).join(',\n          ')}
        ])[1:greatest(cardinality(d.counters), max(cardinality(x.delta)) OVER w)]::bigint[] AS counters,
        bool_or(0 > ANY (x.delta)) OVER (PARTITION BY x.tenant, x.feed) AS shrinking
      FROM ROWS FROM (jsonb_to_recordset(batch -> 'feeds') AS (
          n int, event int, tenant uuid, feed text, role text, take bigint, delta bigint[], grow bigint[],
          "requireOpen" boolean, "create" boolean, ensure boolean, open boolean, access jsonb, limits bigint[], changed boolean,
          previous jsonb)) WITH ORDINALITY AS x(
          n, event, tenant, feed, role, take, delta, grow, "requireOpen", "create", ensure, open, access, limits, changed,
          previous, place)
      LEFT JOIN feed d ON d.tenant_id = x.tenant AND d.feed_id = x.feed
      WHERE verdicts[x.n] IS NULL
      WINDOW w AS (PARTITION BY x.tenant, x.feed ORDER BY x.place)
    ) z OFFSET 0 -- a fence: written out wherever it is used, "over" would cost many times more
  ) y;`;
