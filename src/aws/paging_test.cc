#include "aws/paging.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace hm::aws {
namespace {

Json json(std::string_view text) {
  auto parsed = parse_json(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Json();
}

bool leads_somewhere(Shape shape, const JsonPath& path) {
  for (const JsonPath::Step& step : path.alternatives().front()) {
    if (const auto* member = std::get_if<JsonPath::Member>(&step)) {
      const auto found = shape.kind() == ShapeKind::structure ? shape.find(member->name) : std::nullopt;
      if (!found) return false;
      shape = found->shape();
    } else {
      if (shape.kind() != ShapeKind::list) return false;
      shape = shape.element().shape();
    }
  }
  return true;
}

struct Listed {
  const char* service;
  const char* operation;
  const char* first;   // the first answer
  const char* tokens;  // what the second request has of it; empty: there is none
  const char* second;
  const char* merged;
};

// What the AWS CLI does not page, and what is cut at the first page where we do not either.
const Listed kListed[] = {
    {"wafv2", "ListWebACLs", R"({"NextMarker":"m","WebACLs":[{"Id":"1"}]})", R"({"NextMarker":"m"})",
     R"({"WebACLs":[{"Id":"2"}]})", R"({"WebACLs":[{"Id":"1"},{"Id":"2"}]})"},
    {"waf-regional", "ListRules", R"({"NextMarker":"m","Rules":[{"RuleId":"1"}]})", R"({"NextMarker":"m"})",
     R"({"Rules":[{"RuleId":"2"}]})", R"({"Rules":[{"RuleId":"1"},{"RuleId":"2"}]})"},
    {"firehose", "ListDeliveryStreams", R"({"DeliveryStreamNames":["a","b"],"HasMoreDeliveryStreams":true})",
     R"({"ExclusiveStartDeliveryStreamName":"b"})",
     R"({"DeliveryStreamNames":["c"],"HasMoreDeliveryStreams":false})",
     R"({"DeliveryStreamNames":["a","b","c"],"HasMoreDeliveryStreams":false})"},
    {"firehose", "ListDeliveryStreams", R"({"DeliveryStreamNames":["a"],"HasMoreDeliveryStreams":false})", "",
     "", R"({"DeliveryStreamNames":["a"],"HasMoreDeliveryStreams":false})"},
    {"firehose", "ListTagsForDeliveryStream", R"({"Tags":[{"Key":"a"}],"HasMoreTags":true})",
     R"({"ExclusiveStartTagKey":"a"})", R"({"Tags":[{"Key":"b"}],"HasMoreTags":false})",
     R"({"Tags":[{"Key":"a"},{"Key":"b"}],"HasMoreTags":false})"},
    {"kinesis", "ListTagsForStream", R"({"Tags":[{"Key":"a"}],"HasMoreTags":true})",
     R"({"ExclusiveStartTagKey":"a"})", R"({"Tags":[{"Key":"b"}],"HasMoreTags":false})",
     R"({"Tags":[{"Key":"a"},{"Key":"b"}],"HasMoreTags":false})"},
    {"cloudfront", "ListFunctions",
     R"({"FunctionList":{"NextMarker":"m","MaxItems":1,"Quantity":1,"Items":[{"Name":"a"}]}})",
     R"({"Marker":"m"})", R"({"FunctionList":{"MaxItems":1,"Quantity":1,"Items":[{"Name":"b"}]}})",
     R"({"FunctionList":{"MaxItems":1,"Quantity":1,"Items":[{"Name":"a"},{"Name":"b"}]}})"},
    {"lightsail", "GetAlarms", R"({"alarms":[{"name":"a"}],"nextPageToken":"t"})", R"({"pageToken":"t"})",
     R"({"alarms":[{"name":"b"}]})", R"({"alarms":[{"name":"a"},{"name":"b"}]})"},
    // The token that was asked with is answered beside the next one.
    {"s3", "ListBucketMetricsConfigurations",
     R"({"IsTruncated":true,"ContinuationToken":"s","NextContinuationToken":"t","MetricsConfigurationList":[{"Id":"1"}]})",
     R"({"ContinuationToken":"t"})", R"({"IsTruncated":false,"MetricsConfigurationList":[{"Id":"2"}]})",
     R"({"IsTruncated":true,"ContinuationToken":"s","MetricsConfigurationList":[{"Id":"1"},{"Id":"2"}]})"},
    {"route53", "ListReusableDelegationSets",
     R"({"Marker":"s","NextMarker":"t","IsTruncated":true,"DelegationSets":[{"Id":"1"}]})",
     R"({"Marker":"t"})", R"({"IsTruncated":false,"DelegationSets":[{"Id":"2"}]})",
     R"({"Marker":"s","IsTruncated":true,"DelegationSets":[{"Id":"1"},{"Id":"2"}]})"},
    {"route53", "ListHostedZonesByName",
     R"({"HostedZones":[{"Id":"1"}],"IsTruncated":true,"NextDNSName":"n","NextHostedZoneId":"z"})",
     R"({"DNSName":"n","HostedZoneId":"z"})", R"({"HostedZones":[{"Id":"2"}],"IsTruncated":false})",
     R"({"HostedZones":[{"Id":"1"},{"Id":"2"}],"IsTruncated":false})"},
};

TEST(Paging, FollowsTheOperationsThatTheModelHasNoPaginatorFor) {
  for (const Listed& listed : kListed) {
    SCOPED_TRACE(std::string(listed.service) + " " + listed.operation);
    const auto service = find_service(listed.service);
    ASSERT_TRUE(service);
    const auto operation = service->find(listed.operation);
    ASSERT_TRUE(operation);
    const auto plan = page_plan(*service, *operation);
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    ASSERT_TRUE(plan->has_value());
    EXPECT_FALSE((*plan)->from_paginator);
    PageWalk walk(**plan, *service, *operation, JsonObject());
    PageMerge merge(**plan);
    const bool goes_on = !std::string_view(listed.tokens).empty();
    const Json first = json(listed.first);
    EXPECT_EQ(walk.advance(first).value(), goes_on);
    merge.add(first);
    if (goes_on) {
      EXPECT_EQ(to_json(walk.params()), listed.tokens);
      const Json second = json(listed.second);
      EXPECT_FALSE(walk.advance(second).value());
      merge.add(second);
    }
    EXPECT_EQ(to_json(merge.take()), listed.merged);
  }
}

// A misspelt member would end the walk at the first page, and nobody would see it.
TEST(Paging, EveryPlanNamesMembersThatTheModelHas) {
  size_t without_paginator = 0;
  for (const Service& service : services()) {
    for (const Operation& operation : service.operations()) {
      const auto plan = page_plan(service, operation);
      ASSERT_TRUE(plan.has_value()) << operation.name();
      if (!plan->has_value() || (*plan)->from_paginator) continue;
      ++without_paginator;
      SCOPED_TRACE(std::string(service.name()) + " " + std::string(operation.name()));
      for (const std::string& token : (*plan)->input_tokens)
        EXPECT_TRUE(operation.input()->find(token)) << token;
      auto paths = (*plan)->output_tokens;
      if ((*plan)->more_results) paths.push_back(*(*plan)->more_results);
      for (const JsonPath& path : paths) {
        EXPECT_TRUE(leads_somewhere(*operation.output(), path)) << path.text();
      }
    }
  }
  EXPECT_GT(without_paginator, 900u);
}

// A page that begins where the last one began would be asked for without end.
TEST(Paging, AStartThatDoesNotMoveIsAnError) {
  const auto service = find_service("firehose");
  const auto operation = service->find("ListDeliveryStreams");
  const auto plan = page_plan(*service, *operation);
  PageWalk walk(**plan, *service, *operation, JsonObject());
  const Json page = json(R"({"DeliveryStreamNames":["a"],"HasMoreDeliveryStreams":true})");
  EXPECT_TRUE(walk.advance(page).value());
  EXPECT_EQ(walk.advance(page).error().code, "repeated_token");
}

TEST(Paging, MapsOfLaterPagesAreAdded) {
  const auto service = find_service("ce");
  const auto operation = service->find("GetCostAndUsage");
  const auto plan = page_plan(*service, *operation);
  PageMerge merge(**plan);
  merge.add(json(R"({"A":{"x":1,"l":[1]},"T":"first","NextPageToken":"t"})"));
  merge.add(json(R"({"A":{"x":2,"y":3,"l":[2]},"T":"second"})"));
  EXPECT_EQ(to_json(merge.take()), R"({"A":{"x":1,"l":[1,2],"y":3},"T":"first"})");
}

}  // namespace
}  // namespace hm::aws
