#include "sim/server/faults.h"

#include <algorithm>
#include <charconv>

#include "sim/state/engine.h"

namespace hm::sim {

namespace {

constexpr size_t kMaxFaults = 1000;
constexpr size_t kMaxBuckets = 100'000;

struct Limit {
  const char* service;
  bool reading;
  double capacity, refill_per_s;
};
// EC2's are the published ones (EC2 API request throttling: non-mutating 100 and 20/s, mutating 200 and 5/s).
// For the others AWS publishes no buckets; these are in the range that its customers report.
constexpr Limit kLimits[] = {
    {"ec2", true, 100, 20},   {"ec2", false, 200, 5},    {"iam", true, 60, 20},     {"iam", false, 20, 5},
    {"s3", true, 5500, 5500}, {"s3", false, 3500, 3500}, {"lambda", true, 100, 15}, {"sts", true, 600, 600},
    {"kms", true, 500, 500},  {"", true, 100, 30},       {"", false, 30, 5},
};

// Operations with a bucket of their own, as the quotas of CloudTrail and CloudWatch have them: transactions a
// second, per account and region.
struct OwnLimit {
  const char* operation;
  Limit limit;
};
constexpr OwnLimit kOwnLimits[] = {{"LookupEvents", {"cloudtrail", true, 2, 2}},
                                   {"GetMetricData", {"cloudwatch", true, 50, 50}},
                                   {"GetMetricStatistics", {"cloudwatch", true, 400, 400}}};

const OwnLimit* own_limit(const Target& target) {
  for (const auto& own : kOwnLimits)
    if (target.operation == own.operation) return &own;
  return nullptr;
}

const Limit& limit_of(const Target& target, bool reading) {
  const std::string_view service = target.service;
  if (const auto* own = own_limit(target)) return own->limit;
  for (const auto& limit : kLimits) {
    if (limit.reading == reading && (*limit.service == '\0' || service == limit.service)) return limit;
  }
  return kLimits[0];
}

bool holds_text(const Json& value, std::string_view wanted, int depth = 0) {
  if (depth > 8) return false;
  if (value.is_string()) {
    const auto text = as_text(value);
    return text == wanted ||
           (text.ends_with(wanted) && text.size() > wanted.size() &&
            (text[text.size() - wanted.size() - 1] == '/' || text[text.size() - wanted.size() - 1] == ':'));
  }
  if (value.is_array()) {
    return std::any_of(value.get_array().begin(), value.get_array().end(),
                       [&](const Json& item) { return holds_text(item, wanted, depth + 1); });
  }
  if (!value.is_object()) return false;
  return std::any_of(value.get_object().begin(), value.get_object().end(),
                     [&](const auto& pair) { return holds_text(pair.value(), wanted, depth + 1); });
}

Error bad_fault(std::string_view text) {
  return make_error(
      ErrorKind::invalid, "bad_fault",
      "\"" + std::string(text) +
          "\" is no fault; see --help: fail:30%, blackhole:REGION, denied:ACCOUNT[:service[:Operation]], "
          "deny-resource:service:Operation:resource, expired[:ACCOUNT], throttle:service, "
          "events:lose|twice|shuffle:30%, events:delay:500ms");
}

std::optional<double> share_of(std::string_view text) {
  double share = 0;
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size() || share < 0 || share > 100)
    return std::nullopt;
  return share / 100;
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  Fault fault;
  fault.text = text;
  auto rest = text;
  std::vector<std::string> parts;
  // A resource may hold colons (an ARN), so the last of at most four parts keeps the rest.
  while (parts.size() < 3 && rest.find(':') != std::string_view::npos) {
    parts.emplace_back(rest.substr(0, rest.find(':')));
    rest.remove_prefix(rest.find(':') + 1);
  }
  parts.emplace_back(rest);
  fault.kind = parts.front();
  fault.parts.assign(parts.begin() + 1, parts.end());
  const auto count = fault.parts.size();
  const bool events = fault.kind == "events" && count == 2;
  if (events && fault.parts[0] == "delay") {
    const auto latency = parse_latency(fault.parts[1]);
    if (!latency) return bad_fault(text);
    fault.delay = latency->most;
    return fault;
  }
  const bool of_events =
      events && (fault.parts[0] == "lose" || fault.parts[0] == "twice" || fault.parts[0] == "shuffle");
  if (of_events || (fault.kind == "fail" && count == 1)) {
    const auto share = share_of(fault.parts.back());
    if (!share) return bad_fault(text);
    fault.share = *share;
    return fault;
  }
  const bool good = (fault.kind == "blackhole" && count == 1) || (fault.kind == "throttle" && count == 1) ||
                    (fault.kind == "denied" && count >= 1 && count <= 3) ||
                    (fault.kind == "deny-resource" && count == 3) || (fault.kind == "expired" && count <= 1);
  if (!good) return bad_fault(text);
  return fault;
}

Status Faults::add(std::string_view text) {
  HM_TRY(auto fault, parse_fault(text));
  return state_.with([&](State& state) -> Status {
    if (state.faults.size() >= kMaxFaults) {
      return make_error(ErrorKind::exhausted, "too_many_faults",
                        "There are 1000 faults already; clear them first.");
    }
    state.faults.push_back(std::move(fault));
    return ok();
  });
}

void Faults::clear() {
  state_.with([](State& state) { state.faults.clear(); });
}

Json Faults::list() const {
  JsonArray rows;
  state_.with([&](const State& state) {
    for (const auto& fault : state.faults) rows.push_back(Json(fault.text));
  });
  return rows;
}

template <class F>
bool Faults::any(std::string_view kind, F&& f) const {
  return state_.with([&](const State& state) {
    return std::any_of(state.faults.begin(), state.faults.end(),
                       [&](const Fault& fault) { return fault.kind == kind && f(fault); });
  });
}

bool Faults::blackholed(std::string_view region) const {
  return any("blackhole", [&](const Fault& fault) { return fault.parts[0] == region; });
}

bool Faults::throttled(std::string_view service) const {
  return any("throttle", [&](const Fault& fault) { return fault.parts[0] == service; });
}

bool Faults::expired(std::string_view account_id) const {
  return any("expired",
             [&](const Fault& fault) { return fault.parts.empty() || fault.parts[0] == account_id; });
}

bool Faults::denied(const Target& target) const {
  return any("denied", [&](const Fault& fault) {
    const auto& p = fault.parts;
    return p[0] == target.account_id && (p.size() < 2 || p[1] == target.service) &&
           (p.size() < 3 || p[2] == target.operation);
  });
}

bool Faults::denied_resource(const Target& target, const Json& params) const {
  return any("deny-resource", [&](const Fault& fault) {
    return fault.parts[0] == target.service && fault.parts[1] == target.operation &&
           holds_text(params, fault.parts[2]);
  });
}

Faults::Failure Faults::next_failure() {
  return state_.with([](State& state) {
    for (const auto& fault : state.faults) {
      if (fault.kind != "fail") continue;
      if (std::uniform_real_distribution<double>(0, 1)(state.random) >= fault.share) continue;
      static constexpr Failure kKinds[] = {Failure::error, Failure::throttle, Failure::cut};
      return kKinds[std::uniform_int_distribution<int>(0, 2)(state.random)];
    }
    return Failure::none;
  });
}

Faults::Delivery Faults::next_delivery() {
  return state_.with([](State& state) {
    Delivery delivery;
    for (const auto& fault : state.faults) {
      if (fault.kind != "events") continue;
      delivery.delay = std::max(delivery.delay, fault.delay);
      if (std::uniform_real_distribution<double>(0, 1)(state.random) >= fault.share) continue;
      delivery.lost |= fault.parts[0] == "lose";
      delivery.twice |= fault.parts[0] == "twice";
      delivery.in_front |= fault.parts[0] == "shuffle";
    }
    return delivery;
  });
}

bool Throttle::take(const Target& target, Time now) {
  if (!on_) return true;
  const bool reading = is_read(target.operation);
  const auto& limit = limit_of(target, reading);
  const auto key = std::string(target.account_id) + "|" + std::string(target.region) + "|" +
                   std::string(target.service) + (reading ? "|r" : "|w") +
                   (own_limit(target) ? "|" + std::string(target.operation) : "");
  return buckets_.with([&](auto& buckets) {
    if (buckets.size() >= kMaxBuckets) buckets.clear();
    auto& bucket = buckets.try_emplace(key, Bucket{limit.capacity, now}).first->second;
    const double passed_s = static_cast<double>((now - bucket.filled_at).count()) / 1e6;
    bucket.tokens = std::min(limit.capacity, bucket.tokens + std::max(0.0, passed_s) * limit.refill_per_s);
    bucket.filled_at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  });
}

Result<Latency> parse_latency(std::string_view text) {
  const auto millis = [&](std::string_view piece) -> Result<Micros> {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
    if (error != std::errc() || std::string_view(end, piece.data() + piece.size()) != "ms" || value < 0 ||
        value > 600'000) {
      return make_error(ErrorKind::invalid, "bad_option", "--latency takes 20ms or 20ms-80ms");
    }
    return Micros(value * 1000);
  };
  const auto dash = text.find('-');
  Latency latency;
  HM_TRY(latency.least, millis(text.substr(0, dash)));
  latency.most = latency.least;
  if (dash != std::string_view::npos) {
    HM_TRY(latency.most, millis(text.substr(dash + 1)));
  }
  if (latency.most < latency.least) {
    return make_error(ErrorKind::invalid, "bad_option",
                      "--latency: the second figure is less than the first");
  }
  return latency;
}

}  // namespace hm::sim
