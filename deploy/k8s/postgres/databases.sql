-- A database and a role that owns it for every service, and the role of their readers, which belongs to the server.
-- For a superuser through psql 14 or later, as often as you like; passwords come from the environment.
\set ON_ERROR_STOP on
\getenv mailbox_password DATABASE_PASSWORD_MAILBOX
\getenv media_password DATABASE_PASSWORD_MEDIA
\getenv notify_password DATABASE_PASSWORD_NOTIFY
\getenv gateway_password DATABASE_PASSWORD_GATEWAY

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['mailbox', 'media', 'notify', 'gateway']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT 'CREATE ROLE aftertone_reader NOLOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'aftertone_reader') \gexec

ALTER ROLE mailbox PASSWORD :'mailbox_password';
ALTER ROLE media PASSWORD :'media_password';
ALTER ROLE notify PASSWORD :'notify_password';
ALTER ROLE gateway PASSWORD :'gateway_password';

-- A service's own role may not make roles: its migrations find this one made and granted.
GRANT aftertone_reader TO mailbox, media, notify, gateway;

SELECT format('CREATE DATABASE %I OWNER %I', name, name)
FROM unnest(ARRAY['mailbox', 'media', 'notify', 'gateway']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE CONNECT ON DATABASE mailbox, media, notify, gateway FROM PUBLIC;
