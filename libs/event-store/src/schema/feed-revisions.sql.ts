/**
 * A feed's `revision` grows with every change of its row, whoever makes it: who found it unchanged has the feed as it is.
 * `append_foreseen` counts by itself; for all others, functions of versions before and statements of migrations among
 * them, the trigger does.
 */
export const feedRevisionsSql = `
ALTER TABLE feed ADD COLUMN IF NOT EXISTS revision bigint NOT NULL DEFAULT 0;
CREATE OR REPLACE FUNCTION count_feed_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER count_feed_revision BEFORE UPDATE ON feed
  FOR EACH ROW WHEN (NEW.revision = OLD.revision) EXECUTE FUNCTION count_feed_revision();
`;

/**
 * Waits until no call of `append_batch` goes on that began before this transaction: it may run the function of before, whose
 * types do not live through a new column of the table.
 */
export const earlierBatchesEndedSql = `
DO $$
BEGIN
  FOR attempt IN 1 .. 1000 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN NOT EXISTS (
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
        AND query LIKE '%append_batch(%' AND query_start < transaction_timestamp()
    );
    PERFORM pg_sleep(0.01);
  END LOOP;
END $$;
`;
