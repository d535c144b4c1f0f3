#!/usr/bin/env bash
# Says how large the image is and how fast each service starts in it, and proves how it runs: as nobody special, on a root
# file system that it cannot write to, without a capability, as process 1 that ends in order when it is asked to.
#   deploy/images/report.sh [image]
set -euo pipefail

image=${1:-aftertone:0.1.0}
docker=${DOCKER:-docker}
name=aftertone-report-$$
trap '"$docker" rm --force "$name" > /dev/null 2>&1 || true' EXIT

# Servers need not be there: a service starts without them, and is ready once they are.
key=$(head --bytes=32 /dev/zero | base64)
secret=0123456789abcdef0123456789abcdef
settings=(
  --env PORT=8080 --env NATS_URL=nats://127.0.0.1:1 --env "AFTERTONE_KEK=$key" --env "MEDIA_GRANT_SECRET=$secret"
  --env "LINK_SECRET=$secret" --env MEDIA_URL=http://127.0.0.1:1 --env PUBLIC_URL=http://127.0.0.1:1
  --env MEDIA_STORAGE_PATH=/var/lib/aftertone/recordings --env MEDIA_SPOOL_PATH=/var/lib/aftertone/spool
  --env SMTP_URL=smtp://127.0.0.1:1 --env MAIL_FROM=a@aftertone.test
  --env DATABASE_URL_MAILBOX=postgres://a:a@127.0.0.1:1/a --env DATABASE_URL_MEDIA=postgres://a:a@127.0.0.1:1/a
  --env DATABASE_URL_NOTIFY=postgres://a:a@127.0.0.1:1/a --env DATABASE_URL_GATEWAY=postgres://a:a@127.0.0.1:1/a
)
restricted=(--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges:true)
for folder in recordings spool; do restricted+=(--tmpfs "/var/lib/aftertone/$folder:uid=65532,gid=65532,mode=0700"); done
now() { date +%s%3N; }
fail() { echo "$1" >&2; exit 1; }
inside() { "$docker" exec "$name" /nodejs/bin/node -e "$1"; }

printf '%s: %s MB\n' "$image" "$(($("$docker" image inspect --format '{{.Size}}' "$image") / 1000000))"
for service in gateway mailbox-svc media-svc notify-svc; do
  begin=$(now)
  "$docker" run --detach --name "$name" --network none "${restricted[@]}" "${settings[@]}" "$image" \
    "apps/$service/dist/main.js" > /dev/null
  inside "
    const ask = () => fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => ok, () => false);
    (async () => { while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 20)); })();
  "
  started=$(($(now) - begin))
  # In hundredths of a second; other programs of a busy machine do not change it.
  cpu=$(inside "
    const [, , , , , , , , , , , user, system] = require('node:fs').readFileSync('/proc/1/stat', 'utf8').split(') ')[1].split(' ');
    console.log(10 * (Number(user) + Number(system)));
  ")
  inside "
    const { readFileSync, writeFileSync } = require('node:fs');
    const status = readFileSync('/proc/1/status', 'utf8');
    const fact = (name) => new RegExp(name + ':\\\\s+(\\\\S+)').exec(status)[1];
    if (fact('Uid') !== '65532') throw new Error('runs as ' + fact('Uid'));
    if (!/^0+$/.test(fact('CapEff')) || fact('NoNewPrivs') !== '1') throw new Error('has rights that it does not need');
    let written = true;
    try { writeFileSync('/app/x', ''); } catch (error) { written = error.code !== 'EROFS'; }
    if (written) throw new Error('the root file system can be written to');
  " || fail "$service does not run restricted"
  begin=$(now)
  "$docker" stop --time 20 "$name" > /dev/null
  ended=$(($(now) - begin))
  code=$("$docker" inspect --format '{{.State.ExitCode}}' "$name")
  [ "$code" = 0 ] || fail "$service ended with code $code"
  "$docker" rm "$name" > /dev/null
  printf '%-12s answers after %5d ms (%d ms of CPU), ends within %5d ms of SIGTERM\n' "$service" "$started" "$cpu" "$ended"
done
