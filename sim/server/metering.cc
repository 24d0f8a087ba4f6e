#include "sim/server/metering.h"

#include <algorithm>
#include <cstdio>

namespace hm::sim {

namespace {

struct Price {
  const char* service;
  const char* prefix;  // of the operation
  double usd;
};
// List prices of us-east-1 per request: Cost Explorer 0.01; S3 PUT and LIST 0.005, others 0.0004 per
// thousand; CloudWatch GetMetricData 0.01 per thousand metrics, other requests 0.01 per thousand beyond the
// free ones; KMS 0.03 per ten thousand.
constexpr Price kPrices[] = {
    {"ce", "", 0.01},
    {"s3", "Put", 0.000005},
    {"s3", "List", 0.000005},
    {"s3", "Create", 0.000005},
    {"s3", "Delete", 0},
    {"s3", "", 0.0000004},
    {"cloudwatch", "GetMetricData", 0.00001},
    {"cloudwatch", "", 0.00001},
    {"kms", "", 0.000003},
};

double price_of(const Wire& wire, const Json& params) {
  for (const auto& price : kPrices) {
    if (wire.service.name() != price.service || !wire.operation.name().starts_with(price.prefix)) continue;
    double units = 1;
    if (const auto* queries = member(params, "MetricDataQueries");
        queries != nullptr && queries->is_array()) {
      units = static_cast<double>(std::max<size_t>(1, queries->get_array().size()));
    }
    return price.usd * units;
  }
  return 0;
}

std::string dollars(double usd) {
  char text[40];
  std::snprintf(text, sizeof text, "%.7f", usd);
  return text;
}

}  // namespace

void Metering::count(const Wire& wire, const std::string& account_id, const Json& params, bool refused) {
  const auto key =
      account_id + " " + std::string(wire.service.name()) + " " + std::string(wire.operation.name());
  const double usd = price_of(wire, params);
  rows_.with([&](auto& rows) {
    auto& row = rows[key];
    ++row.calls;
    row.refused += refused ? 1 : 0;
    row.usd += usd;
  });
}

Json Metering::report() const {
  JsonArray list;
  int64_t calls = 0;
  double usd = 0;
  rows_.with([&](const auto& rows) {
    for (const auto& [key, row] : rows) {
      const auto first = key.find(' '), second = key.rfind(' ');
      list.push_back(JsonObject{{"account_id", key.substr(0, first)},
                                {"service", key.substr(first + 1, second - first - 1)},
                                {"operation", key.substr(second + 1)},
                                {"calls", row.calls},
                                {"refused", row.refused},
                                {"usd", dollars(row.usd)}});
      calls += row.calls;
      usd += row.usd;
    }
  });
  return JsonObject{{"calls", calls}, {"usd", dollars(usd)}, {"operations", std::move(list)}};
}

void Metering::reset() {
  rows_.with([](auto& rows) { rows.clear(); });
}

}  // namespace hm::sim
