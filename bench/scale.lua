-- For wrk: asks the paths of the file HM_BENCH_PATHS in turn, and prints at the end what became of it as one line of
-- JSON. Milliseconds.
local paths = {}
for line in io.lines(os.getenv("HM_BENCH_PATHS")) do
  paths[#paths + 1] = line
end

-- Between an answer and the next question; wrk asks for it only where it is there.
local pause = tonumber(os.getenv("HM_BENCH_PAUSE_MS") or "0")
if pause > 0 then
  function delay()
    return math.random(0, 2 * pause)
  end
end

local at = 0
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests": %d, "failed": %d, "rate": %.1f, "p50": %.3f, "p99": %.3f}\n', summary.requests,
    failed, summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
