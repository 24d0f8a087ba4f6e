#!/bin/sh
# Browser tests. Without HM_E2E_URL: starts the simulated company of `hostmaster demo` on a free port, tests it, ends
# it; then the same against a smaller company whose AWS refuses, hides and swallows some of what it is asked. With
# HM_E2E_URL one run is made against that server; HM_E2E_SUITE names the checks (healthy or faults).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$root/.cache/node/bin:$PATH
export PATH
[ -d "$here/node_modules/playwright-core" ] || npm ci --prefix "$here" --no-fund --no-audit --loglevel=error
cd "$here"
program=${HM_E2E_PROGRAM:-run.mjs}
[ -z "${HM_E2E_URL:-}" ] || exec node "$program" "$@"

build=$root/build/${HM_PRESET:-release}
work=$(mktemp -d)
demo=
end_demo() {
  [ -z "$demo" ] || { kill "$demo" 2>/dev/null || true; wait "$demo" 2>/dev/null || true; }
  demo=
}
trap 'end_demo; rm -rf "$work"' EXIT INT TERM
fail() {
  cat "$work/demo.log"
  echo "$1"
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}

# start_demo RESOURCES OPTION...: sets where the demo is and who may log in.
start_demo() {
  resources=$1
  shift
  : >"$work/demo.log"
  "$build/hostmaster" demo --port 0 --resources "$resources" --seed 7 "$@" >"$work/demo.log" 2>&1 &
  demo=$!
  waited=0
  until grep -q '^ *password ' "$work/demo.log"; do
    kill -0 "$demo" 2>/dev/null || fail 'the demo has ended'
    [ "$waited" -lt 120 ] || fail 'the demo did not start'
    sleep 1
    waited=$((waited + 1))
  done
  HM_E2E_URL=$(sed -n 's/^ *HostMaster  *\(http[^ ]*\).*/\1/p' "$work/demo.log" | head -n 1)
  HM_E2E_USER=$(sed -n 's/^ *name  *\([^ ]*\).*/\1/p' "$work/demo.log" | head -n 1)
  HM_E2E_PASSWORD=$(sed -n 's/^ *password  *\([^ ]*\).*/\1/p' "$work/demo.log" | head -n 1)
  HM_E2E_AWS=$(sed -n 's/.* runs in the simulator at \(http[^ ]*\).*/\1/p' "$work/demo.log" | head -n 1)
  export HM_E2E_URL HM_E2E_USER HM_E2E_PASSWORD HM_E2E_AWS
}

HM_E2E_SIMULATOR=$build/awsim
HM_E2E_SEED=7
HM_E2E_TOTALS=$work/totals
export HM_E2E_SIMULATOR HM_E2E_SEED HM_E2E_TOTALS
: >"$HM_E2E_TOTALS"
status=0
only=${HM_E2E_SUITE:-}
if [ "$only" != faults ]; then
  HM_E2E_RESOURCES=${HM_E2E_RESOURCES:-10000}
  export HM_E2E_RESOURCES
  start_demo "$HM_E2E_RESOURCES"
  HM_E2E_SUITE=healthy node "$program" "$@" || status=1
  end_demo
fi
# Another program than the tests (a benchmark) runs once, and says what it found itself.
[ "$program" = run.mjs ] || exit "$status"
if [ "$only" != healthy ]; then
  HM_E2E_FAULTS=$(node fault_plan.mjs "$HM_E2E_SIMULATOR" 1000 "$HM_E2E_SEED")
  export HM_E2E_FAULTS
  set -f # the words of the plan are options, and no patterns of file names
  # shellcheck disable=SC2046
  start_demo 1000 $(printf -- '--fault %s ' $HM_E2E_FAULTS)
  set +f
  HM_E2E_SUITE=faults node "$program" "$@" || status=1
fi
awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$HM_E2E_TOTALS"
exit "$status"
