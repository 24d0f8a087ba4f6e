// The numbers that CloudWatch has of the company's resources: made from the seed and the place when they are
// asked for, so that they cost nothing to keep. Loads follow the day and the week, levels drift, events are
// rare, and what was not there or did not run has no point at all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/state/engine.h"

namespace hm::sim {

using Dimensions = std::map<std::string, std::string>;

// One metric of one resource.
class MetricValues {
 public:
  // Nothing where no resource has such a metric: CloudWatch then answers without points, not with an error.
  static std::optional<MetricValues> find(const Call& call, std::string_view metric_namespace,
                                          std::string_view name, const Dimensions& dimensions);

  // The statistic ("Average", "p99") of the period that begins at `from`; nothing where there is no point in
  // it, or where it is not known yet at `now`: a point is told two minutes after its five have passed.
  std::optional<double> value(std::string_view statistic, Time from, std::chrono::seconds period,
                              Time now) const;
  const char* unit() const { return unit_; }

  // What there is in the account and region, of one namespace or all (empty); where `wanted` names the
  // resource, of that alone.
  struct Listed {
    std::string metric_namespace, name;
    Dimensions dimensions;
  };
  static std::vector<Listed> list(const Call& call, std::string_view metric_namespace,
                                  const Dimensions& wanted);

 private:
  enum class Kind { load, sum, level, flag, rare, daily };
  friend struct MetricSpec;
  std::optional<double> slot(int64_t number) const;

  uint64_t seed_ = 0;
  Kind kind_ = Kind::load;
  const char* unit_ = "None";
  double low_ = 0, high_ = 0;
  Time born_;
  std::optional<Time> off_from_, off_to_;  // while it did not run
};

}  // namespace hm::sim
