#include "aws/rate_limit.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "aws/retry.h"

namespace hm::aws {

namespace {

struct Rate {
  std::string_view service;
  std::string_view operation;           // one operation; empty: the class
  std::optional<CallClass> call_class;  // of rows without an operation
  PublishedRate rate;
};

// Requests a second, and the bucket's size; where no size is published it is one second's worth. The texts
// are those of AWS's documentation as of November 2026.
constexpr Rate kRates[] = {
    // EC2: "Request throttling for the Amazon EC2 API", its table of request token buckets. The operations
    // with a bucket of their own are those that are slower than their class, and those that HostMaster plans.
    {"ec2", "", CallClass::list, {20, 100, Bucket::operation}},
    {"ec2", "", CallClass::other, {20, 100, Bucket::operation}},
    {"ec2", "", CallClass::mutating, {5, 50, Bucket::operation}},
    {"ec2", "RunInstances", {}, {2, 5, Bucket::operation}},
    {"ec2", "StartInstances", {}, {2, 5, Bucket::operation}},
    {"ec2", "StopInstances", {}, {2, 5, Bucket::operation}},
    {"ec2", "TerminateInstances", {}, {5, 100, Bucket::operation}},
    {"ec2", "CreateTags", {}, {10, 100, Bucket::operation}},
    {"ec2", "DeleteTags", {}, {10, 100, Bucket::operation}},
    {"ec2", "CopyImage", {}, {1, 100, Bucket::operation}},
    {"ec2", "CreateRestoreImageTask", {}, {0.1, 50, Bucket::operation}},
    {"ec2", "CreateStoreImageTask", {}, {0.1, 50, Bucket::operation}},
    {"ec2", "CreateNatGateway", {}, {1, 10, Bucket::operation}},
    {"ec2", "DeleteNatGateway", {}, {1, 10, Bucket::operation}},
    {"ec2", "CreateVpcEndpoint", {}, {0.3, 4, Bucket::operation}},
    {"ec2", "DeleteVpcEndpoints", {}, {0.3, 4, Bucket::operation}},
    {"ec2", "ModifyVpcEndpoint", {}, {0.3, 4, Bucket::operation}},
    {"ec2", "CreateDefaultSubnet", {}, {1, 1, Bucket::operation}},
    {"ec2", "CreateDefaultVpc", {}, {1, 1, Bucket::operation}},
    {"ec2", "EnableImageBlockPublicAccess", {}, {0.1, 1, Bucket::operation}},
    {"ec2", "DisableImageBlockPublicAccess", {}, {0.1, 1, Bucket::operation}},
    {"ec2", "EnableSnapshotBlockPublicAccess", {}, {0.1, 1, Bucket::operation}},
    {"ec2", "DisableSnapshotBlockPublicAccess", {}, {0.1, 1, Bucket::operation}},
    {"ec2", "ModifyInstanceMetadataDefaults", {}, {2, 2, Bucket::operation}},
    {"ec2", "DescribeByoipCidrs", {}, {0.5, 1, Bucket::operation}},
    {"ec2", "DescribeCapacityBlockOfferings", {}, {0.15, 10, Bucket::operation}},
    {"ec2", "DescribeCapacityBlockExtensionOfferings", {}, {0.15, 10, Bucket::operation}},
    {"ec2", "DescribeHostReservations", {}, {2, 5, Bucket::operation}},
    {"ec2", "DescribeHostReservationOfferings", {}, {2, 5, Bucket::operation}},
    {"ec2", "GetHostReservationPurchasePreview", {}, {2, 5, Bucket::operation}},
    {"ec2", "DescribeIdFormat", {}, {10, 10, Bucket::operation}},
    {"ec2", "DescribeReservedInstancesOfferings", {}, {10, 10, Bucket::operation}},
    {"ec2", "DescribeInstanceTopology", {}, {1, 1, Bucket::operation}},
    {"ec2", "DescribeMovingAddresses", {}, {1, 1, Bucket::operation}},
    {"ec2", "DescribeSecurityGroupReferences", {}, {5, 20, Bucket::operation}},
    {"ec2", "DescribeStaleSecurityGroups", {}, {5, 20, Bucket::operation}},
    {"ec2", "DescribeSpotFleetInstances", {}, {5, 100, Bucket::operation}},
    {"ec2", "DescribeSpotFleetRequestHistory", {}, {5, 100, Bucket::operation}},
    {"ec2", "DescribeSpotFleetRequests", {}, {3, 50, Bucket::operation}},
    {"ec2", "DescribeStoreImageTasks", {}, {0.5, 50, Bucket::operation}},
    // CloudWatch: "Amazon CloudWatch endpoints and quotas" in the AWS General Reference. GetMetricData has
    // 500 there since 2025 and had 50 before; the older figure stands, because the points that it fetches
    // (180,000 a second) run out far earlier. The classes are the slowest of the operations in them.
    {"cloudwatch", "GetMetricData", {}, {50, 50, Bucket::operation}},
    {"cloudwatch", "GetMetricStatistics", {}, {400, 400, Bucket::operation}},
    {"cloudwatch", "ListMetrics", {}, {25, 25, Bucket::operation}},
    {"cloudwatch", "DescribeAlarms", {}, {9, 9, Bucket::operation}},
    {"cloudwatch", "DescribeAlarmsForMetric", {}, {9, 9, Bucket::operation}},
    {"cloudwatch", "DescribeAlarmContributors", {}, {9, 9, Bucket::operation}},
    {"cloudwatch", "DescribeAlarmHistory", {}, {20, 20, Bucket::operation}},
    {"cloudwatch", "PutMetricAlarm", {}, {3, 3, Bucket::operation}},
    {"cloudwatch", "PutCompositeAlarm", {}, {3, 3, Bucket::operation}},
    {"cloudwatch", "SetAlarmState", {}, {3, 3, Bucket::operation}},
    {"cloudwatch", "EnableAlarmActions", {}, {3, 3, Bucket::operation}},
    {"cloudwatch", "DisableAlarmActions", {}, {3, 3, Bucket::operation}},
    {"cloudwatch", "", CallClass::list, {10, 10, Bucket::operation}},
    {"cloudwatch", "", CallClass::other, {10, 10, Bucket::operation}},
    {"cloudwatch", "", CallClass::mutating, {1, 1, Bucket::operation}},
    // CloudTrail: "Quotas in AWS CloudTrail".
    {"cloudtrail", "LookupEvents", {}, {2, 2, Bucket::operation}},
    {"cloudtrail", "", CallClass::list, {10, 10, Bucket::operation}},
    {"cloudtrail", "", CallClass::other, {10, 10, Bucket::operation}},
    {"cloudtrail", "", CallClass::mutating, {1, 1, Bucket::operation}},
    // Lambda: "Lambda quotas", API requests: all but these two share one bucket.
    {"lambda", "GetFunction", {}, {100, 100, Bucket::operation}},
    {"lambda", "GetPolicy", {}, {15, 15, Bucket::operation}},
    {"lambda", "", CallClass::list, {15, 15, Bucket::service}},
    {"lambda", "", CallClass::other, {15, 15, Bucket::service}},
    {"lambda", "", CallClass::mutating, {15, 15, Bucket::service}},
    // KMS: "Request quotas". The classes are the slowest of the operations in them, but for the hourly
    // GetParametersForImport.
    {"kms", "DescribeKey", {}, {2000, 2000, Bucket::operation}},
    {"kms", "ListResourceTags", {}, {2000, 2000, Bucket::operation}},
    {"kms", "GetPublicKey", {}, {2000, 2000, Bucket::operation}},
    {"kms", "GetKeyPolicy", {}, {1000, 1000, Bucket::operation}},
    {"kms", "GetKeyRotationStatus", {}, {1000, 1000, Bucket::operation}},
    {"kms", "ListAliases", {}, {500, 500, Bucket::operation}},
    {"kms", "ListKeys", {}, {500, 500, Bucket::operation}},
    {"kms", "DescribeCustomKeyStores", {}, {5, 5, Bucket::operation}},
    {"kms", "", CallClass::list, {100, 100, Bucket::operation}},
    {"kms", "", CallClass::other, {5, 5, Bucket::operation}},
    {"kms", "", CallClass::mutating, {5, 5, Bucket::operation}},
    // Route 53: "Throttling for Amazon Route 53 API requests": all operations of an account together.
    {"route53", "", CallClass::list, {10, 50, Bucket::service}},
    {"route53", "", CallClass::other, {10, 50, Bucket::service}},
    {"route53", "", CallClass::mutating, {10, 50, Bucket::service}},
    // Not from AWS's pages, which say nothing: what its users report to be let through.
    {"ce", "", CallClass::list, {1, 5, Bucket::service, false}},
    {"ce", "", CallClass::other, {1, 5, Bucket::service, false}},
    {"ce", "", CallClass::mutating, {1, 5, Bucket::service, false}},
    // Not from AWS's pages: they limit each prefix of each bucket (5,500 reads a second), not the account.
    {"s3", "", CallClass::list, {1000, 1000, Bucket::call_class, false}},
    {"s3", "", CallClass::other, {1000, 1000, Bucket::call_class, false}},
};

// Where nothing is published: a cautious default of our own, no figure of AWS's. Throttling answers slow us
// further.
constexpr PublishedRate kUnpublishedRead{40, 80, Bucket::call_class, false};
constexpr PublishedRate kUnpublishedWrite{5, 10, Bucket::call_class, false};

// EC2 has smaller buckets for these where they are asked for with neither a filter nor a page size.
constexpr std::string_view kWideLists[] = {
    "DescribeInstances",      "DescribeInstanceStatus", "DescribeNetworkInterfaces",
    "DescribeSecurityGroups", "DescribeSnapshots",      "DescribeSpotInstanceRequests",
    "DescribeVolumes"};
constexpr PublishedRate kWideListRate{10, 50, Bucket::operation};

bool is_wide_list(std::string_view service, std::string_view operation, const Json& params) {
  if (service != "ec2" || member(params, "MaxResults") || member(params, "Filters")) return false;
  return std::find(std::begin(kWideLists), std::end(kWideLists), operation) != std::end(kWideLists);
}

}  // namespace

CallClass class_of(const Operation& operation) {
  if (!reads_only(operation)) return CallClass::mutating;
  const std::string_view name = operation.name();
  const bool list = name.starts_with("Describe") || name.starts_with("List") || name.starts_with("Lookup") ||
                    name.starts_with("Search");
  return list ? CallClass::list : CallClass::other;
}

PublishedRate published_rate(std::string_view service, std::string_view operation, CallClass call_class,
                             const Json& params) {
  if (is_wide_list(service, operation, params)) return kWideListRate;
  const Rate* of_class = nullptr;
  for (const Rate& rate : kRates) {
    if (rate.service != service) continue;
    if (rate.operation == operation) return rate.rate;
    if (rate.operation.empty() && rate.call_class == call_class) of_class = &rate;
  }
  if (of_class) return of_class->rate;
  return call_class == CallClass::mutating ? kUnpublishedWrite : kUnpublishedRead;
}

Micros RateLimit::take(std::string_view account, std::string_view region, const Service& service,
                       const Operation& operation, const Json& params, Time now) {
  if (share_ <= 0) return Micros(0);
  const CallClass call_class = class_of(operation);
  PublishedRate rate = published_rate(service.name(), operation.name(), call_class, params);
  rate.per_second *= share_;
  rate.burst = std::max(1.0, rate.burst * share_);
  std::string key(account);
  key.append("|").append(region).append("|").append(service.name()).append("|");
  if (rate.bucket == Bucket::operation) key.append(operation.name());
  if (is_wide_list(service.name(), operation.name(), params)) key += '*';
  if (rate.bucket == Bucket::call_class) key += static_cast<char>('0' + static_cast<int>(call_class));
  return buckets_.with([&](auto& buckets) {
    auto found = buckets.find(key);
    if (found == buckets.end()) {
      if (buckets.size() >= kMaxBuckets) {
        buckets.erase(std::min_element(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) {
          return a.second.at < b.second.at;
        }));
      }
      found = buckets.emplace(std::move(key), Level{rate.burst, now}).first;
    }
    Level& bucket = found->second;
    const double passed = std::max(0.0, static_cast<double>((now - bucket.at).count()) / 1e6);
    bucket.tokens = std::min(rate.burst, bucket.tokens + passed * rate.per_second) - 1;
    bucket.at = now;  // also where the clock was set back: else nothing would flow in until it has caught up
    if (bucket.tokens >= 0) return Micros(0);
    return Micros(static_cast<int64_t>(-bucket.tokens / rate.per_second * 1e6));
  });
}

}  // namespace hm::aws
