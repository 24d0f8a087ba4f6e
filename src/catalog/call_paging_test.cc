#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "aws/paging.h"
#include "catalog/catalog.h"

namespace hm::catalog {
namespace {

// Members whose names begin like those of paging and say something else, and why they do.
struct Exception {
  std::string_view call, member;
};
constexpr std::array<Exception, 4> kExceptions = {{
    {"kms:GetKeyRotationStatus", "NextRotationDate"},       // a date
    {"secretsmanager:DescribeSecret", "NextRotationDate"},  // a date
    {"ssm:GetMaintenanceWindow", "NextExecutionTime"},      // a time
    {"sesv2:GetEmailIdentity", "NextSigningKeyLength"},     // of the key that follows this one
}};

bool is_excepted(const std::string& call, std::string_view member) {
  return std::any_of(kExceptions.begin(), kExceptions.end(),
                     [&](const Exception& one) { return one.call == call && one.member == member; });
}

bool says_more(std::string_view name) {
  return name.starts_with("HasMore") || name.starts_with("Next") || name.starts_with("next") ||
         name == "IsTruncated";
}

// Why the call looks as if its answer could be cut; empty where it does not.
std::string sign_of_pages(const std::string& name, const aws::Operation& operation) {
  if (const auto input = operation.input()) {
    for (const char* limit : {"Limit", "limit", "MaxItems", "maxItems", "MaxResults", "maxResults",
                              "MaxRecords", "PageSize", "pageSize"}) {
      if (input->find(limit)) return limit;
    }
  }
  const auto output = operation.output();
  if (!output) return {};
  for (const aws::Member& member : output->members()) {
    if (says_more(member.name()) && !is_excepted(name, member.name())) return std::string(member.name());
    if (member.shape().kind() != aws::ShapeKind::structure) continue;
    for (const aws::Member& inner : member.shape().members()) {
      if (says_more(inner.name()) && !is_excepted(name, inner.name())) return std::string(inner.name());
    }
  }
  return {};
}

// A list that is cut at its first page would show what is missing from it as gone.
TEST(CallPaging, WhatLooksCutHasPages) {
  const auto catalog = load_with({}, all_derived());
  ASSERT_TRUE(catalog.has_value()) << catalog.error().text();
  std::set<std::pair<std::string, std::string>> calls;
  const auto add = [&](const Call& call) { calls.emplace(call.service, call.operation); };
  for (const ResourceType& type : (*catalog)->resources()) {
    add(type.list);
    if (type.parents) add(type.parents->call);
    if (type.describe) add(type.describe->call);
    if (type.lookup) add(type.lookup->call);
    for (const Detail& detail : type.details) add(detail.call);
  }
  ASSERT_GT(calls.size(), 1500u);
  for (const auto& [service_name, operation_name] : calls) {
    const std::string name = service_name + ":" + operation_name;
    const auto service = aws::find_service(service_name);
    ASSERT_TRUE(service) << name;
    const auto operation = service->find(operation_name);
    ASSERT_TRUE(operation) << name;
    const std::string sign = sign_of_pages(name, *operation);
    if (sign.empty()) continue;
    const auto plan = aws::page_plan(*service, *operation);
    ASSERT_TRUE(plan.has_value()) << plan.error().text();
    EXPECT_TRUE(plan->has_value()) << name << " has " << sign << " and no rule for its pages";
  }
}

}  // namespace
}  // namespace hm::catalog
