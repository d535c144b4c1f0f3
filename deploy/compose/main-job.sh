#!/usr/bin/env bash
# The main job against an installation, as its clients see it: leave a message, hear of it, list it, play it, get its mail.
#   deploy/compose/main-job.sh <url> <tenant> <administrator> <password> [id of a message that must be there and play]
set -euo pipefail
cd "$(dirname "$0")/../.."

url=$1 tenant=$2 administrator=$3 password=$4 earlier=${5:-}
work=$(mktemp --directory)
trap 'kill "${follower:-}" 2> /dev/null || true; rm -rf "$work"' EXIT
sound=examples/hello.wav number=7$(date +%s)

field() { node -e 'let t = ""; process.stdin.on("data", (d) => { t += d; }).on("end", () => console.log(eval("(" + t + ")" + process.argv[1])))' "$1"; }
ask() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $token" "$@"; }
json() { ask --header 'content-type: application/json' "$@"; }
until_true() {
  for _ in $(seq 300); do if "$@"; then return 0; fi; sleep 0.1; done
  echo "in vain: $*" >&2
  return 1
}
plays() { ask "$url/v1/messages/$1/audio" --output "$work/back.wav" && cmp "$work/back.wav" "$sound"; }

token=$(curl --silent --show-error --fail-with-body --header 'content-type: application/json' "$url/v1/tokens" \
  --data "{\"tenant\":\"$tenant\",\"username\":\"$administrator\",\"password\":\"$password\"}" | field .token)
if [ -n "$earlier" ]; then plays "$earlier"; echo "plays still: $earlier"; fi

box=$(json "$url/v1/mailboxes" --data "{\"number\":\"$number\",\"name\":\"Main job\",\"accessType\":\"global\",\"timezone\":\"UTC\",\"notify\":{\"email\":{\"to\":[\"main-job@example.com\"],\"attachAudio\":true}}}" | field .id)
ask --no-buffer "$url/v1/events" > "$work/events" & follower=$!
until_true grep --quiet '^:' "$work/events"

message=$(ask "$url/v1/mailboxes/$box/messages" --form 'metadata={"callerNumber":"+4930123456"}' --form "audio=@$sound" | field .id)
echo "deposited: $message"
plays "$message" && echo 'plays bit for bit'
listed() { [ "$(ask "$url/v1/mailboxes/$box/messages" | field '.items.map(({ id }) => id).join()')" = "$message" ]; }
listed && echo 'listed once'
until_true grep --quiet "message_created.*$message" "$work/events" && echo 'its event came'
mailed() { ask "$url/v1/messages/$message/deliveries" | field '.items.map(({ channel, state }) => channel + " " + state).join("\n")' | grep --quiet '^email delivered'; }
until_true mailed && echo 'its mail was handed over'
echo "$message" > "${MESSAGE_FILE:-/dev/null}"
