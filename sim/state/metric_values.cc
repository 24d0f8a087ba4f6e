#include "sim/state/metric_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

namespace hm::sim {

namespace {

constexpr int64_t kSlotSeconds = 300;
constexpr std::chrono::seconds kSlot{kSlotSeconds};
constexpr std::chrono::seconds kTold{120};
constexpr int64_t kDaySeconds = 86'400;

// Which resource a dimension names, and when that has numbers.
struct Subject {
  const char* metric_namespace;
  const char* dimension;
  const char* collection;
  const char* id_prefix;  // in front of the dimension's value, with {account} and {region}
  const char* created;    // member of the document
  const char* state;      // member that must be `running`; empty: it always runs
  const char* running;
  bool global;
};
constexpr const char* kBalancerArn = "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/";
constexpr Subject kSubjects[] = {
    {"AWS/EC2", "InstanceId", "ec2/instance", "", "LaunchTime", "State", "running", false},
    {"AWS/EBS", "VolumeId", "ec2/volume", "", "CreateTime", "State", "in-use", false},
    {"AWS/RDS", "DBInstanceIdentifier", "rds/db_instance", "", "InstanceCreateTime", "DBInstanceStatus",
     "available", false},
    {"AWS/ApplicationELB", "LoadBalancer", "elbv2/load_balancer", kBalancerArn, "CreatedTime", "", "", false},
    {"AWS/NetworkELB", "LoadBalancer", "elbv2/load_balancer", kBalancerArn, "CreatedTime", "", "", false},
    {"AWS/ELB", "LoadBalancerName", "elb/load_balancer", "", "CreatedTime", "", "", false},
    {"AWS/Lambda", "FunctionName", "lambda/function", "", "LastModified", "", "", false},
    {"AWS/NATGateway", "NatGatewayId", "ec2/nat_gateway", "", "CreateTime", "", "", false},
    {"AWS/S3", "BucketName", "s3/bucket", "", "CreationDate", "", "", true},
};

uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

uint64_t hash_of(std::string_view text, uint64_t seed) {
  uint64_t hash = seed ^ 0xcbf29ce484222325ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3ULL;
  return mix(hash);
}

// Between 0 and 1.
double share(uint64_t seed, uint64_t number) {
  return static_cast<double>(mix(seed ^ mix(number)) >> 11) / static_cast<double>(1ULL << 53);
}

// How busy the company is: the peak in the afternoon (UTC), quiet nights and weekends.
double rhythm(int64_t slot_number) {
  const int64_t second = slot_number * kSlotSeconds;
  const auto hour = static_cast<double>(second % kDaySeconds) / 3600.0;
  const int64_t weekday = (second / kDaySeconds + 4) % 7;  // 0 is Sunday
  const double day = 0.5 - 0.5 * std::cos((hour - 2.0) / 24.0 * 2.0 * M_PI);
  return day * (weekday == 0 || weekday == 6 ? 0.45 : 1.0);
}

int64_t seconds_of(Time time) { return to_micros(time) / 1'000'000; }

std::string filled(std::string_view prefix, const Call& call, const std::string& value) {
  std::string text(prefix);
  for (const auto& [name, with] : {std::pair<std::string_view, const std::string*>{"{region}", &call.region},
                                   {"{account}", &call.account_id}}) {
    if (const auto at = text.find(name); at != std::string::npos) text.replace(at, name.size(), *with);
  }
  return text + value;
}

std::optional<Time> time_of(const Json& document, const char* name) {
  auto time = parse_iso(member_text(document, name));
  return time ? std::optional(*time) : std::nullopt;
}

// Of which storage types a bucket holds something: most of the standard one, some also or only of others, as
// their lifecycle rules have it.
std::vector<std::string> storage_types_of(const Call& call, std::string_view metric,
                                          const std::string& bucket) {
  if (metric == "NumberOfObjects") return {"AllStorageTypes"};
  const uint64_t seed = hash_of("storage", hash_of(bucket, call.world.plan().options.seed));
  const double kind = share(seed, 1);
  std::vector<std::string> types;
  if (kind < 0.85) types.emplace_back("StandardStorage");
  if (kind >= 0.5 && kind < 0.65) {
    types.emplace_back("IntelligentTieringFAStorage");
    types.emplace_back("IntelligentTieringIAStorage");
  }
  if (kind >= 0.65 && kind < 0.75) types.emplace_back("StandardIAStorage");
  if (kind >= 0.75)
    for (const char* name : {"GlacierStorage", "GlacierObjectOverhead", "GlacierS3ObjectOverhead"})
      types.emplace_back(name);
  return types;
}

}  // namespace

// What each metric looks like: between which values, of resource and time.
struct MetricSpec {
  const char* metric_namespace;
  const char* name;
  MetricValues::Kind kind;
  const char* unit;
  double low, high;

  static std::span<const MetricSpec> all();
  static const MetricSpec* find(std::string_view metric_namespace, std::string_view name);
};

std::span<const MetricSpec> MetricSpec::all() {
  using Kind = MetricValues::Kind;
  constexpr double kMega = 1e6, kGiga = 1e9;
  static constexpr MetricSpec kSpecs[] = {
      {"AWS/EC2", "CPUUtilization", Kind::load, "Percent", 2, 70},
      {"AWS/EC2", "NetworkIn", Kind::sum, "Bytes", kMega, 400 * kMega},
      {"AWS/EC2", "NetworkOut", Kind::sum, "Bytes", kMega, 900 * kMega},
      {"AWS/EC2", "StatusCheckFailed", Kind::flag, "Count", 0, 0},
      {"AWS/EC2", "CPUCreditBalance", Kind::level, "Count", 20, 570},
      {"AWS/EBS", "VolumeReadOps", Kind::sum, "Count", 20, 30'000},
      {"AWS/EBS", "VolumeWriteOps", Kind::sum, "Count", 100, 60'000},
      {"AWS/EBS", "BurstBalance", Kind::level, "Percent", 60, 100},
      {"AWS/RDS", "CPUUtilization", Kind::load, "Percent", 3, 60},
      {"AWS/RDS", "DatabaseConnections", Kind::load, "Count", 2, 180},
      {"AWS/RDS", "FreeStorageSpace", Kind::level, "Bytes", 5 * kGiga, 80 * kGiga},
      {"AWS/RDS", "FreeableMemory", Kind::level, "Bytes", 300 * kMega, 6 * kGiga},
      {"AWS/ApplicationELB", "RequestCount", Kind::sum, "Count", 50, 90'000},
      {"AWS/ApplicationELB", "TargetResponseTime", Kind::load, "Seconds", 0.02, 0.6},
      {"AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", Kind::rare, "Count", 1, 40},
      {"AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", Kind::rare, "Count", 1, 60},
      {"AWS/ApplicationELB", "ActiveConnectionCount", Kind::sum, "Count", 10, 4'000},
      {"AWS/NetworkELB", "ProcessedBytes", Kind::sum, "Bytes", kMega, 700 * kMega},
      {"AWS/NetworkELB", "ActiveFlowCount", Kind::load, "Count", 5, 2'000},
      {"AWS/NetworkELB", "NewFlowCount", Kind::sum, "Count", 5, 9'000},
      {"AWS/ELB", "RequestCount", Kind::sum, "Count", 20, 20'000},
      {"AWS/ELB", "UnHealthyHostCount", Kind::flag, "Count", 0, 0},
      {"AWS/Lambda", "Invocations", Kind::sum, "Count", 1, 4'000},
      {"AWS/Lambda", "Errors", Kind::rare, "Count", 1, 12},
      {"AWS/Lambda", "Throttles", Kind::rare, "Count", 1, 5},
      {"AWS/Lambda", "Duration", Kind::load, "Milliseconds", 20, 1'800},
      {"AWS/NATGateway", "BytesOutToDestination", Kind::sum, "Bytes", kMega, 500 * kMega},
      {"AWS/NATGateway", "BytesInFromDestination", Kind::sum, "Bytes", kMega, 800 * kMega},
      {"AWS/NATGateway", "ErrorPortAllocation", Kind::flag, "Count", 0, 0},
      {"AWS/S3", "NumberOfObjects", Kind::daily, "Count", 100, 2e6},
      {"AWS/S3", "BucketSizeBytes", Kind::daily, "Bytes", 50 * kMega, 4e12},
  };
  return kSpecs;
}

const MetricSpec* MetricSpec::find(std::string_view metric_namespace, std::string_view name) {
  const auto specs = all();
  const auto found = std::find_if(specs.begin(), specs.end(), [&](const MetricSpec& spec) {
    return metric_namespace == spec.metric_namespace && name == spec.name;
  });
  return found == specs.end() ? nullptr : &*found;
}

std::optional<MetricValues> MetricValues::find(const Call& call, std::string_view metric_namespace,
                                               std::string_view name, const Dimensions& dimensions) {
  const auto* spec = MetricSpec::find(metric_namespace, name);
  const auto* subject = std::find_if(std::begin(kSubjects), std::end(kSubjects), [&](const Subject& one) {
    return metric_namespace == one.metric_namespace;
  });
  if (spec == nullptr || subject == std::end(kSubjects)) return std::nullopt;
  const auto named = dimensions.find(subject->dimension);
  // S3's two have a storage type as well: without it there is no such metric.
  const auto storage = dimensions.find("StorageType");
  if (subject->global && storage == dimensions.end()) return std::nullopt;
  const size_t wanted = subject->global ? 2 : 1;
  if (named == dimensions.end() || dimensions.size() != wanted) return std::nullopt;
  const auto id = filled(subject->id_prefix, call, named->second);
  const auto document =
      in_place(call, subject->global, [&](Place& place) { return place.of(subject->collection).find(id); });
  if (document.is_null()) return std::nullopt;
  if (subject->global) {
    const auto types = storage_types_of(call, name, id);
    const bool has = std::find(types.begin(), types.end(), storage->second) != types.end();
    if (!has || member_text(document, "BucketRegion") != call.region) return std::nullopt;
  }
  MetricValues values;
  values.kind_ = spec->kind;
  values.unit_ = spec->unit;
  values.born_ = time_of(document, subject->created).value_or(Time());
  if (*subject->state != '\0') {
    const auto* state = member(document, subject->state);
    const auto text = state == nullptr     ? std::string_view()
                      : state->is_object() ? member_text(*state, "Name")
                                           : (state->is_string() ? as_text(*state) : std::string_view());
    values.off_from_ = time_of(document, "_OffFrom");
    values.off_to_ = time_of(document, "_OffTo");
    const bool off = text != subject->running;
    if (off) values.off_to_.reset();
    // What the company had switched off before anybody looked has been off all the while.
    if (off && !values.off_from_) values.off_from_ = values.born_;
  }
  const uint64_t own = hash_of(id, call.world.plan().options.seed);
  values.seed_ = hash_of(name, own);
  // What archives add to each object is little.
  const bool overhead = subject->global && storage->second.ends_with("Overhead");
  // A third of everything is nearly idle, whichever of its metrics is asked.
  const double size = share(own, 1) < 0.33 ? 0.02 * share(own, 2) : 0.15 + 0.85 * share(own, 3);
  values.low_ = spec->low;
  values.high_ = (spec->low + (spec->high - spec->low) * size) * (overhead ? 0.0001 : 1.0);
  return values;
}

std::vector<MetricValues::Listed> MetricValues::list(const Call& call, std::string_view metric_namespace,
                                                     const Dimensions& wanted) {
  std::vector<Listed> found;
  for (const auto& subject : kSubjects) {
    if (!metric_namespace.empty() && metric_namespace != subject.metric_namespace) continue;
    const auto prefix = filled(subject.id_prefix, call, "");
    const auto named = wanted.find(subject.dimension);
    const auto add = [&](const std::string& id, const Json& document) {
      if (!id.starts_with(prefix)) return;
      if (subject.global && member_text(document, "BucketRegion") != call.region) return;
      for (const MetricSpec& spec : MetricSpec::all()) {
        if (subject.metric_namespace != std::string_view(spec.metric_namespace)) continue;
        const Dimensions own{{subject.dimension, id.substr(prefix.size())}};
        if (!subject.global) found.push_back({spec.metric_namespace, spec.name, own});
        if (!subject.global) continue;
        for (const auto& type : storage_types_of(call, spec.name, id)) {
          found.push_back({spec.metric_namespace, spec.name, own});
          found.back().dimensions["StorageType"] = type;
        }
      }
    };
    in_place(call, subject.global, [&](Place& place) {
      const Collection& all = place.of(subject.collection);
      if (named == wanted.end()) {
        all.each(0, [&](uint64_t, const std::string& id, const std::string& text) {
          add(id, stored(text));
          return true;
        });
      } else if (all.contains(prefix + named->second)) {
        add(prefix + named->second, all.find(prefix + named->second));
      }
      return 0;
    });
  }
  return found;
}

// The value of five minutes; nothing where there was none.
std::optional<double> MetricValues::slot(int64_t number) const {
  const Time from = from_micros(number * kSlotSeconds * 1'000'000);
  if (from < born_) return std::nullopt;
  if (off_from_ && from >= *off_from_ && (!off_to_ || from < *off_to_)) return std::nullopt;
  const auto at = static_cast<uint64_t>(number);
  const double noise = share(seed_, at);
  switch (kind_) {
    case Kind::load:
    case Kind::sum: {
      const double busy = 0.12 + 0.73 * rhythm(number) + 0.15 * noise;
      const double value = low_ + (high_ - low_) * busy;
      return unit_ == std::string_view("Count") || unit_ == std::string_view("Bytes") ? std::round(value)
                                                                                      : value;
    }
    case Kind::level: {
      // Falls for nine days, and is filled up again.
      constexpr int64_t kCycle = 9 * kDaySeconds / kSlotSeconds;
      const auto phase = static_cast<int64_t>(seed_ % kCycle);
      const auto part = static_cast<double>((number + phase) % kCycle) / static_cast<double>(kCycle);
      return std::round(high_ - (high_ - low_) * 0.7 * part);
    }
    case Kind::flag:
      return share(seed_, at / 3) < 0.0004 ? 1.0 : 0.0;
    case Kind::rare:
      return noise < 0.03 * rhythm(number) ? std::optional(std::round(low_ + (high_ - low_) * noise * 20))
                                           : std::nullopt;
    case Kind::daily:
      return std::round(high_ *
                        (1.0 + 0.002 * static_cast<double>(number * kSlotSeconds / kDaySeconds % 365)));
  }
  return std::nullopt;
}

std::optional<double> MetricValues::value(std::string_view statistic, Time from, std::chrono::seconds period,
                                          Time now) const {
  if (kind_ == Kind::daily) {
    const bool whole = period.count() % kDaySeconds == 0;
    if (!whole || from + period > now) return std::nullopt;
    return slot(seconds_of(from) / kSlotSeconds);
  }
  const int64_t first = seconds_of(from) / kSlotSeconds;
  const int64_t slots = std::max<int64_t>(1, period.count() / kSlotSeconds);
  double sum = 0, least = std::numeric_limits<double>::infinity(), most = -least;
  int64_t count = 0;
  for (int64_t number = first; number < first + slots; ++number) {
    if (from_micros(number * kSlotSeconds * 1'000'000) + kSlot + kTold > now) break;
    const auto one = slot(number);
    if (!one) continue;
    ++count;
    sum += *one;
    least = std::min(least, *one);
    most = std::max(most, *one);
  }
  if (count == 0) return std::nullopt;
  // Periods shorter than five minutes have their share of a sum.
  const double part = std::min(1.0, static_cast<double>(period.count()) / kSlotSeconds);
  if (statistic == "Sum") return sum * part;
  if (statistic == "SampleCount") return static_cast<double>(count) * 5 * part;
  if (statistic == "Maximum") return most;
  if (statistic == "Minimum") return least;
  const double average = sum / static_cast<double>(count);
  if (statistic == "Average") return average;
  double percent = 50;
  const auto digits = statistic.substr(1);
  std::from_chars(digits.data(), digits.data() + digits.size(), percent);
  return average + (most - average) * (percent - 50) / 50;
}

}  // namespace hm::sim
