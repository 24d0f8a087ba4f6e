#include "aws/rate_limit.h"

#include <algorithm>

#include "aws/retry.h"

namespace hm::aws {

namespace {

struct Rate {
  std::string_view service;
  std::string_view operation;  // one operation; empty: the class
  CallClass call_class;
  PublishedRate rate;
};

// Where the figures stand (requests a second, and the bucket's size where one is published):
// EC2: "Request throttling for the Amazon EC2 API" in its developer guide, each operation by itself.
// CloudWatch, CloudTrail, Lambda, KMS, Route 53: the quota page of each service's guide.
constexpr Rate kRates[] = {
    {"ec2", "", CallClass::list, {20, 100, true}},
    {"ec2", "", CallClass::other, {20, 100, true}},
    {"ec2", "", CallClass::mutating, {5, 50, true}},
    {"ec2", "RunInstances", CallClass::mutating, {2, 5}},
    {"cloudwatch", "GetMetricData", CallClass::other, {50, 50}},
    {"cloudwatch", "GetMetricStatistics", CallClass::other, {400, 400}},
    {"cloudwatch", "ListMetrics", CallClass::list, {25, 25}},
    {"cloudwatch", "DescribeAlarms", CallClass::list, {9, 9}},
    {"cloudwatch", "PutMetricAlarm", CallClass::mutating, {3, 3}},
    {"cloudtrail", "LookupEvents", CallClass::list, {2, 2}},
    {"cloudtrail", "", CallClass::list, {10, 10}},
    {"lambda", "GetFunction", CallClass::other, {100, 100}},
    {"lambda", "", CallClass::list, {15, 15, true}},
    {"lambda", "", CallClass::other, {15, 15, true}},
    {"lambda", "", CallClass::mutating, {15, 15}},
    {"kms", "", CallClass::list, {100, 100, true}},
    {"kms", "", CallClass::other, {100, 100, true}},
    {"route53", "", CallClass::list, {5, 5}},
    {"route53", "", CallClass::other, {5, 5}},
    {"route53", "", CallClass::mutating, {5, 5}},
    // S3 limits each prefix of each bucket (5,500 reads a second), not the account.
    {"s3", "", CallClass::list, {1000, 1000}},
    {"s3", "", CallClass::other, {1000, 1000}},
};

// Where nothing is published: what is seldom refused. Throttling answers slow us further.
constexpr PublishedRate kUnpublishedRead{40, 80};
constexpr PublishedRate kUnpublishedWrite{5, 10};

}  // namespace

CallClass class_of(const Operation& operation) {
  if (!reads_only(operation)) return CallClass::mutating;
  const std::string_view name = operation.name();
  const bool list = name.starts_with("Describe") || name.starts_with("List") || name.starts_with("Lookup") ||
                    name.starts_with("Search");
  return list ? CallClass::list : CallClass::other;
}

PublishedRate published_rate(std::string_view service, std::string_view operation, CallClass call_class) {
  const Rate* of_class = nullptr;
  for (const Rate& rate : kRates) {
    if (rate.service != service) continue;
    if (rate.operation == operation) return {rate.rate.per_second, rate.rate.burst, true};
    if (rate.operation.empty() && rate.call_class == call_class) of_class = &rate;
  }
  if (of_class) return of_class->rate;
  return call_class == CallClass::mutating ? kUnpublishedWrite : kUnpublishedRead;
}

Micros RateLimit::take(std::string_view account, std::string_view region, const Service& service,
                       const Operation& operation, Time now) {
  if (share_ <= 0) return Micros(0);
  const CallClass call_class = class_of(operation);
  PublishedRate rate = published_rate(service.name(), operation.name(), call_class);
  rate.per_second *= share_;
  rate.burst = std::max(1.0, rate.burst * share_);
  std::string key(account);
  key.append("|").append(region).append("|").append(service.name()).append("|");
  key.append(rate.each_operation ? operation.name() : std::string_view("rest"));
  key += static_cast<char>('0' + static_cast<int>(call_class));
  return buckets_.with([&](auto& buckets) {
    auto found = buckets.find(key);
    if (found == buckets.end()) {
      if (buckets.size() >= kMaxBuckets) {
        buckets.erase(std::min_element(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) {
          return a.second.at < b.second.at;
        }));
      }
      found = buckets.emplace(std::move(key), Bucket{rate.burst, now}).first;
    }
    Bucket& bucket = found->second;
    const double passed = std::max(0.0, static_cast<double>((now - bucket.at).count()) / 1e6);
    bucket.tokens = std::min(rate.burst, bucket.tokens + passed * rate.per_second) - 1;
    bucket.at = std::max(bucket.at, now);
    if (bucket.tokens >= 0) return Micros(0);
    return Micros(static_cast<int64_t>(-bucket.tokens / rate.per_second * 1e6));
  });
}

}  // namespace hm::aws
