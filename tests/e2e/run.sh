#!/bin/sh
# Browser tests. Without HM_E2E_URL: for each suite (a folder of suites/) starts the simulated company of `hostmaster
# demo` on a free port, tests it, ends it; for the suite faults it is a smaller company whose AWS refuses, hides and
# swallows some of what it is asked. HM_E2E_SUITE names one suite, which is also what is run against HM_E2E_URL.
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

# start_demo OPTION...: sets where the demo is and who may log in.
start_demo() {
  : >"$work/demo.log"
  "$build/hostmaster" demo --port 0 --resources "$HM_E2E_RESOURCES" --seed "$HM_E2E_SEED" "$@" >"$work/demo.log" 2>&1 &
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

resources=${HM_E2E_RESOURCES:-} # instead of each suite's own number
HM_E2E_SIMULATOR=$build/awsim
HM_E2E_SEED=7
HM_E2E_TOTALS=$work/totals
export HM_E2E_SIMULATOR HM_E2E_SEED HM_E2E_TOTALS
: >"$HM_E2E_TOTALS"
suites=${HM_E2E_SUITE:-$(find suites -mindepth 1 -maxdepth 1 -printf '%f ')}
# Another program than the tests (a benchmark) runs once, and says what it found itself.
[ "$program" = run.mjs ] || suites=pages
status=0
set -f # the words of the plan of faults are no patterns of file names
for suite in $suites; do
  HM_E2E_SUITE=$suite
  HM_E2E_RESOURCES=${resources:-10000}
  HM_E2E_FAULTS=
  options=
  if [ "$suite" = faults ]; then
    HM_E2E_RESOURCES=${resources:-1000}
    HM_E2E_FAULTS=$(node fault_plan.mjs "$HM_E2E_SIMULATOR" "$HM_E2E_RESOURCES" "$HM_E2E_SEED")
    options=$(printf -- '--fault %s ' $HM_E2E_FAULTS)
  fi
  export HM_E2E_SUITE HM_E2E_RESOURCES HM_E2E_FAULTS
  # shellcheck disable=SC2086 # several words
  start_demo $options
  node "$program" "$@" || status=1
  end_demo
done
[ "$program" = run.mjs ] || exit "$status"
awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$HM_E2E_TOTALS"
exit "$status"
