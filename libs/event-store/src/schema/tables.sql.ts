/** Everything but the functions. Keys begin with the tenant wherever a table has one (DESIGN.md 1). */
export const tablesSql = `
CREATE TABLE log_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log_head (position) VALUES (0);

CREATE TABLE stream (
  tenant_id uuid NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  key_id uuid,
  PRIMARY KEY (tenant_id, stream_id)
) WITH (fillfactor = 70);

CREATE TABLE event (
  position bigint NOT NULL UNIQUE,
  tenant_id uuid NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  schema_version smallint NOT NULL,
  data jsonb NOT NULL,
  meta jsonb NOT NULL,
  stamps jsonb NOT NULL,
  sealed bytea,
  key_id uuid,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, stream_id, version)
);
CREATE INDEX event_by_tenant ON event (tenant_id, position);
CREATE INDEX event_by_age ON event USING brin (at); -- asked once after the bus was wiped

CREATE TABLE feed (
  tenant_id uuid NOT NULL,
  feed_id text COLLATE "C" NOT NULL,
  open boolean NOT NULL,
  sequence bigint NOT NULL,
  access jsonb NOT NULL,
  counters bigint[] NOT NULL,
  limits bigint[] NOT NULL,
  PRIMARY KEY (tenant_id, feed_id)
) WITH (fillfactor = 50);

CREATE TABLE claim (
  tenant_id uuid NOT NULL,
  scope text NOT NULL,
  key text NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, scope, key)
);

CREATE TABLE command_dedup (
  tenant_id uuid NOT NULL,
  actor text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  body_hash text NOT NULL,
  result jsonb NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, actor, route, key)
);
CREATE INDEX command_dedup_by_age ON command_dedup (at);
CREATE INDEX command_dedup_by_stream ON command_dedup (tenant_id, stream_id);

CREATE TABLE inbox (
  tenant_id uuid NOT NULL,
  consumer text NOT NULL,
  event_id text NOT NULL, -- of a contract event: a UUID, or one with a suffix
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, consumer, event_id)
);
CREATE INDEX inbox_by_age ON inbox (at);

CREATE TABLE subject_key (
  tenant_id uuid NOT NULL,
  key_id uuid NOT NULL,
  wrapped bytea,
  destroyed_at timestamptz,
  PRIMARY KEY (tenant_id, key_id),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

-- One check value per key-encryption key in use: a wrong key is found at start-up and not at the first reading.
CREATE TABLE key_check (
  kek_id text PRIMARY KEY,
  wrapped bytea NOT NULL
);

CREATE TABLE relay_checkpoint (
  name text PRIMARY KEY,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  published_position bigint,
  published_part integer,
  bus_created_at text
);

-- Events that could not be translated: passed over, so that one of them does not hold up all others.
CREATE TABLE relay_failure (
  name text NOT NULL,
  position bigint NOT NULL,
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  error text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (name, position)
);

CREATE TABLE reaction_checkpoint (
  name text PRIMARY KEY,
  epoch bigint NOT NULL,
  position bigint NOT NULL
);

CREATE TABLE read_model (
  table_name text PRIMARY KEY,
  key_columns text[] NOT NULL,
  readable boolean NOT NULL
);

CREATE FUNCTION only_append_writes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('aftertone.log_writer', true) IS DISTINCT FROM 'append' THEN
    RAISE EXCEPTION 'events are written by append_batch only, and stay as they are' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER only_append_inserts BEFORE INSERT ON event
  FOR EACH STATEMENT EXECUTE FUNCTION only_append_writes();
CREATE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'stored events are never changed' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION history_stays();
`;
