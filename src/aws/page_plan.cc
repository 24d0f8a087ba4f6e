// How one operation pages: the model's paginator, else a row of the table, else the names of its tokens.
#include <algorithm>
#include <array>

#include "aws/paging.h"

namespace hm::aws {

namespace {

// A member of the input, and the member of the answer that fills it, of operations that page without the
// model saying so. What comes out as "Next…" stands first: some answer the token that they were asked with as
// well.
struct TokenNames {
  std::string_view in, out;
};
constexpr TokenNames kTokenNames[] = {
    {"NextToken", "NextToken"},
    {"nextToken", "nextToken"},
    {"NextPageToken", "NextPageToken"},
    {"nextPageToken", "nextPageToken"},
    {"NextMarker", "NextMarker"},
    {"Marker", "NextMarker"},
    {"Marker", "Marker"},
    {"PaginationToken", "PaginationToken"},
    {"PageToken", "NextPageToken"},
    {"PageToken", "PageToken"},
    {"pageToken", "nextPageToken"},
    {"ContinuationToken", "NextContinuationToken"},
    {"Token", "NextToken"},
};

// Operations whose tokens no name gives away: what they ask for as the next start is the last item's key, or
// several members at once. `more` is empty where the tokens alone say whether there is another page.
struct PageRow {
  std::string_view service, operation;
  std::array<std::string_view, 3> in, out;
  std::string_view more;
};
constexpr PageRow kPageRows[] = {
    {"firehose",
     "ListDeliveryStreams",
     {"ExclusiveStartDeliveryStreamName"},
     {"DeliveryStreamNames[-1]"},
     "HasMoreDeliveryStreams"},
    {"firehose",
     "DescribeDeliveryStream",
     {"ExclusiveStartDestinationId"},
     {"DeliveryStreamDescription.Destinations[-1].DestinationId"},
     "DeliveryStreamDescription.HasMoreDestinations"},
    {"firehose", "ListTagsForDeliveryStream", {"ExclusiveStartTagKey"}, {"Tags[-1].Key"}, "HasMoreTags"},
    {"kinesis", "ListTagsForStream", {"ExclusiveStartTagKey"}, {"Tags[-1].Key"}, "HasMoreTags"},
    {"kinesisanalytics",
     "ListApplications",
     {"ExclusiveStartApplicationName"},
     {"ApplicationSummaries[-1].ApplicationName"},
     "HasMoreApplications"},
    {"dynamodb", "ListGlobalTables", {"ExclusiveStartGlobalTableName"}, {"LastEvaluatedGlobalTableName"}, ""},
    {"dynamodbstreams", "ListStreams", {"ExclusiveStartStreamArn"}, {"LastEvaluatedStreamArn"}, ""},
    {"apigateway", "GetDomainNameAccessAssociations", {"position"}, {"position"}, ""},
    {"deadline", "SearchJobs", {"itemOffset"}, {"nextItemOffset"}, ""},
    {"deadline", "SearchSteps", {"itemOffset"}, {"nextItemOffset"}, ""},
    {"deadline", "SearchTasks", {"itemOffset"}, {"nextItemOffset"}, ""},
    {"deadline", "SearchWorkers", {"itemOffset"}, {"nextItemOffset"}, ""},
    {"route53",
     "ListGeoLocations",
     {"StartContinentCode", "StartCountryCode", "StartSubdivisionCode"},
     {"NextContinentCode", "NextCountryCode", "NextSubdivisionCode"},
     "IsTruncated"},
    {"route53",
     "ListHostedZonesByName",
     {"DNSName", "HostedZoneId"},
     {"NextDNSName", "NextHostedZoneId"},
     "IsTruncated"},
    {"route53", "ListTrafficPolicies", {"TrafficPolicyIdMarker"}, {"TrafficPolicyIdMarker"}, "IsTruncated"},
    {"route53",
     "ListTrafficPolicyVersions",
     {"TrafficPolicyVersionMarker"},
     {"TrafficPolicyVersionMarker"},
     "IsTruncated"},
    {"route53",
     "ListTrafficPolicyInstances",
     {"HostedZoneIdMarker", "TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     {"HostedZoneIdMarker", "TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     "IsTruncated"},
    {"route53",
     "ListTrafficPolicyInstancesByHostedZone",
     {"TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     {"TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     "IsTruncated"},
    {"route53",
     "ListTrafficPolicyInstancesByPolicy",
     {"HostedZoneIdMarker", "TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     {"HostedZoneIdMarker", "TrafficPolicyInstanceNameMarker", "TrafficPolicyInstanceTypeMarker"},
     "IsTruncated"},
    {"s3",
     "GetObjectAttributes",
     {"PartNumberMarker"},
     {"ObjectParts.NextPartNumberMarker"},
     "ObjectParts.IsTruncated"},
};

Result<std::vector<JsonPath>> parse_paths(const std::vector<std::string_view>& texts) {
  std::vector<JsonPath> paths;
  for (const std::string_view text : texts) {
    HM_TRY(JsonPath path, JsonPath::parse(text));
    paths.push_back(std::move(path));
  }
  return paths;
}

std::string limit_of(const Shape& input) {
  for (const std::string_view limit :
       {"MaxResults", "maxResults", "Limit", "limit", "PageSize", "pageSize", "MaxItems", "MaxRecords"}) {
    if (input.find(limit)) return std::string(limit);
  }
  return {};
}

Result<std::optional<PagePlan>> plan_by_row(const Service& service, const Operation& operation) {
  const auto row = std::find_if(std::begin(kPageRows), std::end(kPageRows), [&](const PageRow& one) {
    return one.service == service.name() && one.operation == operation.name();
  });
  if (row == std::end(kPageRows)) return std::optional<PagePlan>();
  PagePlan plan;
  plan.from_paginator = false;
  for (size_t i = 0; i < row->in.size() && !row->in[i].empty(); ++i) {
    plan.input_tokens.emplace_back(row->in[i]);
    HM_TRY(JsonPath out, JsonPath::parse(row->out[i]));
    plan.output_tokens.push_back(std::move(out));
  }
  if (!row->more.empty()) {
    HM_TRY(plan.more_results, JsonPath::parse(row->more));
  }
  plan.limit_key = limit_of(*operation.input());
  return std::optional(std::move(plan));
}

// The path to a member of the one structure in the answer that has such a member; empty where none has, or
// two.
std::string path_inside(const Shape& output, std::string_view name) {
  std::string found;
  for (const Member& member : output.members()) {
    if (member.shape().kind() != ShapeKind::structure || !member.shape().find(name)) continue;
    if (!found.empty()) return {};
    found = std::string(member.name()) + "." + std::string(name);
  }
  return found;
}

Result<std::optional<PagePlan>> plan_by_name(const Operation& operation) {
  const auto input = operation.input();
  const auto output = operation.output();
  if (!input || !output) return std::optional<PagePlan>();
  for (const bool inside : {false, true}) {
    for (const TokenNames& names : kTokenNames) {
      const auto in = input->find(names.in);
      if (!in || in->shape().kind() != ShapeKind::string) continue;
      const std::string path = inside                    ? path_inside(*output, names.out)
                               : output->find(names.out) ? std::string(names.out)
                                                         : std::string();
      if (path.empty()) continue;
      PagePlan plan;
      plan.from_paginator = false;
      plan.input_tokens = {std::string(names.in)};
      HM_TRY(JsonPath out, JsonPath::parse(path));
      plan.output_tokens.push_back(std::move(out));
      plan.limit_key = limit_of(*input);
      return std::optional(std::move(plan));
    }
  }
  return std::optional<PagePlan>();
}

}  // namespace

Result<std::optional<PagePlan>> page_plan(const Service& service, const Operation& operation) {
  const auto paginator = operation.paginator();
  if (!paginator) {
    HM_TRY(auto plan, plan_by_row(service, operation));
    return plan ? Result<std::optional<PagePlan>>(std::move(plan)) : plan_by_name(operation);
  }
  PagePlan plan;
  for (const std::string_view token : paginator->input_tokens) plan.input_tokens.emplace_back(token);
  HM_TRY(plan.output_tokens, parse_paths(paginator->output_tokens));
  HM_TRY(plan.result_keys, parse_paths(paginator->result_keys));
  HM_TRY(plan.non_aggregate_keys, parse_paths(paginator->non_aggregate_keys));
  if (!paginator->more_results.empty()) {
    HM_TRY(plan.more_results, JsonPath::parse(paginator->more_results));
  }
  plan.limit_key = paginator->limit_key;
  if (plan.input_tokens.empty() || plan.input_tokens.size() != plan.output_tokens.size()) {
    return make_error(ErrorKind::corrupt, "bad_paginator",
                      "the paginator of " + std::string(operation.name()) + " has unequal tokens");
  }
  return std::optional(std::move(plan));
}

}  // namespace hm::aws
