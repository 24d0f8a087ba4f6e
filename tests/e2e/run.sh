#!/bin/sh
# Browser tests. Without HM_E2E_URL: starts the simulated company of `hostmaster demo` on free ports, tests it, ends it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$root/.cache/node/bin:$PATH
export PATH
[ -d "$here/node_modules/playwright-core" ] || npm ci --prefix "$here" --no-fund --no-audit --loglevel=error

if [ -z "${HM_E2E_URL:-}" ]; then
  work=$(mktemp -d)
  log=$work/demo.log
  "$root/build/${HM_PRESET:-release}/hostmaster" demo --port 0 --resources "${HM_E2E_RESOURCES:-10000}" --seed 7 >"$log" 2>&1 &
  demo=$!
  trap 'kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
  waited=0
  until grep -q '^ *password ' "$log"; do
    kill -0 "$demo" 2>/dev/null || { cat "$log"; echo '0 passed, 1 failed, 0 skipped'; exit 1; }
    [ "$waited" -lt 120 ] || { cat "$log"; echo 'the demo did not start'; echo '0 passed, 1 failed, 0 skipped'; exit 1; }
    sleep 1
    waited=$((waited + 1))
  done
  HM_E2E_URL=$(sed -n 's/^ *HostMaster  *\(http[^ ]*\).*/\1/p' "$log" | head -n 1)
  HM_E2E_USER=$(sed -n 's/^ *name  *\([^ ]*\).*/\1/p' "$log" | head -n 1)
  HM_E2E_PASSWORD=$(sed -n 's/^ *password  *\([^ ]*\).*/\1/p' "$log" | head -n 1)
  export HM_E2E_URL HM_E2E_USER HM_E2E_PASSWORD
fi
cd "$here"
node "${HM_E2E_PROGRAM:-run.mjs}" "$@"
