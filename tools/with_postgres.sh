#!/bin/sh
# Runs a command beside a private PostgreSQL: its own cluster in a temporary directory, on a socket that only this
# user can reach, with no TCP port. HM_TEST_POSTGRES holds its URL. Everything is gone afterwards, however it ends.
#
#   tools/with_postgres.sh ./build/dev/test_store
set -eu
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

bin=${HM_POSTGRES_BIN:-}
if [ -z "$bin" ]; then
  for dir in /usr/lib/postgresql/*/bin; do [ -x "$dir/initdb" ] && bin=$dir; done
fi
[ -n "$bin" ] || { echo "$0: PostgreSQL is not installed: apt-get install postgresql" >&2; exit 3; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/hm-postgres.XXXXXX")
# PostgreSQL refuses to run as root; an ordinary user of the system does it then.
as=
if [ "$(id -u)" = 0 ]; then
  user=nobody
  id postgres >/dev/null 2>&1 && user=postgres
  chown "$user" "$dir"
  as="setpriv --reuid=$(id -u "$user") --regid=$(id -g "$user") --clear-groups env HOME=$dir"
fi

command_pid=
stop() {
  code=$?
  trap - EXIT INT TERM HUP
  if [ -n "$command_pid" ]; then kill "$command_pid" 2>/dev/null || true; fi
  $as "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$dir"
  exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cd "$dir"
$as "$bin/initdb" -D "$dir/data" -U hostmaster -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb.log" 2>&1 ||
  { cat "$dir/initdb.log" >&2; exit 3; }
# Durability is of no use to data that is deleted at the end; everything else is as in production.
$as "$bin/pg_ctl" -D "$dir/data" -s -w -t 60 -l "$dir/server.log" -o "-k $dir -c listen_addresses='' -c fsync=off \
  -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB -c timezone=UTC" start ||
  { cat "$dir/server.log" >&2; exit 3; }
cd "$OLDPWD"

HM_TEST_POSTGRES="postgresql://hostmaster@/postgres?host=$dir"
export HM_TEST_POSTGRES
"$@" &
command_pid=$!
code=0
wait "$command_pid" || code=$?
command_pid=
exit "$code"
