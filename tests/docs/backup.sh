#!/usr/bin/env bash
# Runs the commands of docs/backup.md, a block at a time, on stores that a program writes to.
#   backup.sh <source folder> <program annals> <program with a domain>
# Ends with 77 where a tool that the page needs is not there.
set -euo pipefail

readonly page="$1/docs/backup.md" annals="$2" ledger="$3"
servers=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1 || true)
for tool in sqlite3 pg_dump pg_restore createdb "$servers/initdb"; do
  if ! command -v "$tool" > /dev/null; then
    echo "skipped: $tool is missing; on Debian 12: apt-get install sqlite3 postgresql"
    exit 77
  fi
done

folder=$(mktemp -d)
writer=""
server=""
clean_up() {
  touch "$folder/stop"
  [[ -z $server ]] || kill -QUIT "$server" 2> /dev/null || true
  wait
  rm -rf "$folder"
}
trap clean_up EXIT
cd "$folder"
mkdir bin
ln -s "$annals" bin/annals
export PATH="$folder/bin:$PATH"

# The nth block of commands of a chapter of the page.
block() {
  awk -v chapter="## $1" -v wanted="$2" '
    /^## / { inside = $0 == chapter }
    inside && $0 == "```sh" { ++count; printing = count == wanted; next }
    $0 == "```" { printing = 0 }
    printing' "$page"
}

run() {
  local commands
  commands=$(block "$1" "$2")
  [[ -n $commands ]] || { echo "docs/backup.md: there is no block $2 in '$1'"; exit 1; }
  echo "$commands"
  bash -euo pipefail -c "$commands"
}

deposit() { "$ledger" --store "$1" ask ledger.account "$2" deposit '{"cents":1}' > /dev/null; }

events_in() { annals --store "$1" verify | sed -n 's/^looked at \([0-9,]*\) events.*/\1/p'; }

# Writes to a store until it is told to stop.
begin_to_write() {
  (while [[ ! -e stop ]]; do deposit "$1" "acc-$((RANDOM % 5))"; done) &
  writer=$!
}

stop_writing() {
  touch stop
  wait "$writer"
  writer=""
  rm stop
}

for account in a b c; do deposit bank.annals $account; done

begin_to_write bank.annals
run SQLite 1
run SQLite 2
stop_writing
kept=$(events_in backup.annals)
((${kept//,/} >= 3))
deposit bank.annals late
run SQLite 3
[[ $(events_in bank.annals) == "$kept" ]]
deposit bank.annals a # it is a store like any other

# A server of its own, as a user without rights.
as_server() { if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi; }
mkdir server
if ((EUID == 0)); then chown postgres server && chmod 755 "$folder"; fi
as_server "$servers/initdb" -D "$folder/server/data" -U postgres --auth=trust --encoding=UTF8 \
  --no-locale --no-sync > /dev/null
port=0
for attempt in 1 2 3 4 5; do
  port=$((20000 + RANDOM % 20000))
  (cd server && as_server "$servers/postgres" -D "$folder/server/data" -k "$folder/server" -p $port \
    -c listen_addresses=127.0.0.1 -c fsync=off > "$folder/server.log" 2>&1) &
  server=$!
  for ((tries = 0; tries < 500; ++tries)); do
    kill -0 "$server" 2> /dev/null || break
    "$servers/pg_isready" -q -h 127.0.0.1 -p $port && break 2
    sleep 0.02
  done
done
server=$(head -n 1 server/data/postmaster.pid)
base="postgresql://postgres@127.0.0.1:$port"
export DATABASE="$base/postgres" OTHER_DATABASE="$base/restored" NEW_STORE="$base/moved"

for account in a b c; do deposit "$DATABASE" $account; done
begin_to_write "$DATABASE"
run PostgreSQL 1
stop_writing
createdb -h 127.0.0.1 -p $port -U postgres restored
run PostgreSQL 2
kept=$(events_in "$OTHER_DATABASE")
((${kept//,/} >= 3))
deposit "$OTHER_DATABASE" a

createdb -h 127.0.0.1 -p $port -U postgres moved
begin_to_write bank.annals
run "Moving to another store" 1
stop_writing
run "Moving to another store" 1
[[ $(events_in "$NEW_STORE") == $(events_in bank.annals) ]]
deposit "$NEW_STORE" a
echo "the commands of docs/backup.md do what it says"
