#!/usr/bin/env bash
# Makes images that take the places of nats, postgres and axllent/mailpit in the compose file where no registry answers:
# a NATS server that is given or Debian's, Debian's Postgres, the mail catcher of `npm start` on the image of the platform.
# Needs base-images.sh to have run, the image aftertone:0.1.0, and root.
#   deploy/images/stand-ins.sh [path of a nats-server 2.10 or later]
set -euo pipefail
cd "$(dirname "$0")/../.."

docker=${DOCKER:-docker}
server=${1:-$(command -v nats-server)}
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

install -D --mode=755 "$server" "$work/nats/nats-server"
"$docker" build --quiet --tag nats:stand-in --file - "$work/nats" << 'DOCKERFILE'
FROM aftertone-base:local
COPY nats-server /usr/local/bin/nats-server
USER 0
ENTRYPOINT ["/usr/local/bin/nats-server"]
DOCKERFILE

mkdir "$work/postgres"
cat > "$work/postgres/entrypoint" << 'ENTRYPOINT'
#!/bin/sh
# As the public image: a new data folder gets the superuser's password and what lies in /docker-entrypoint-initdb.d.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
data=/var/lib/postgresql/data/pgdata
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
  install --directory --owner=postgres --group=postgres --mode=700 "$data" /run/setup
  printf %s "$POSTGRES_PASSWORD" > /run/password
  chown postgres /run/password
  as_postgres initdb --pgdata="$data" --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --pwfile=/run/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  as_postgres pg_ctl --pgdata="$data" --wait start --options="-c listen_addresses= -c unix_socket_directories=/run/setup"
  for file in /docker-entrypoint-initdb.d/*.sql; do as_postgres psql --host=/run/setup --file="$file"; done
  as_postgres pg_ctl --pgdata="$data" --wait stop
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@" -D "$data" -c listen_addresses='*'
ENTRYPOINT
chmod 755 "$work/postgres/entrypoint"
"$docker" build --quiet --network host --tag postgres:stand-in --file - "$work/postgres" << 'DOCKERFILE'
FROM aftertone-build:local
RUN apt-get update -qq && apt-get install -qq --no-install-recommends postgresql > /dev/null && rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY entrypoint /entrypoint
STOPSIGNAL SIGINT
ENTRYPOINT ["/entrypoint"]
CMD ["postgres"]
DOCKERFILE

cp --recursive tools/local/src/mail "$work/mail"
"$docker" build --quiet --tag mail:stand-in --file - "$work/mail" << 'DOCKERFILE'
FROM aftertone:0.1.0
COPY . /app/apps/notify-svc/mail/
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["apps/notify-svc/mail/main.ts", "--host", "0.0.0.0", "--folder", "/tmp/mail", "--keep", "1000", "--smtp-port", "1025", "--http-port", "8025"]
DOCKERFILE
"$docker" image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep stand-in
