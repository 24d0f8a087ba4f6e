#include "aws/paging.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "base/crypto.h"

namespace hm::aws {

namespace {

// Names of tokens, input and output, of operations that page without the model saying so.
constexpr std::array<std::string_view, 7> kTokenNames = {
    "NextToken", "nextToken", "NextPageToken", "nextPageToken", "Marker", "PaginationToken", "PageToken"};

// EC2 cuts an answer short, or times out, in large accounts unless a page size is asked for. The figures are
// the largest that each operation's reference page allows.
struct PageSize {
  std::string_view operation;
  int most;
};
constexpr PageSize kEc2PageSizes[] = {
    {"DescribeImages", 1000},
    {"DescribeInstanceStatus", 1000},
    {"DescribeInstances", 1000},
    {"DescribeInternetGateways", 1000},
    {"DescribeLaunchTemplates", 200},
    {"DescribeNatGateways", 1000},
    {"DescribeNetworkAcls", 1000},
    {"DescribeNetworkInterfaces", 1000},
    {"DescribeRouteTables", 100},
    {"DescribeSecurityGroups", 1000},
    {"DescribeSnapshots", 1000},
    {"DescribeSubnets", 1000},
    {"DescribeTags", 1000},
    {"DescribeVolumeStatus", 1000},
    {"DescribeVolumes", 500},
    {"DescribeVpcEndpoints", 1000},
    {"DescribeVpcPeeringConnections", 1000},
    {"DescribeVpcs", 1000},
};

Result<std::vector<JsonPath>> parse_paths(const std::vector<std::string_view>& texts) {
  std::vector<JsonPath> paths;
  for (const std::string_view text : texts) {
    HM_TRY(JsonPath path, JsonPath::parse(text));
    paths.push_back(std::move(path));
  }
  return paths;
}

bool nothing(const Json& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* yes = value.if_bool()) return !*yes;
  if (const auto* list = value.if_array()) return list->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return false;
}

// What a list-all must not be combined with a page size.
bool names_items(const Json& params) {
  for (const auto& entry : params.get_object()) {
    const std::string_view key = entry.key();
    if (key.ends_with("Ids") || key.ends_with("Names") || key == "MaxResults") return true;
  }
  return false;
}

std::optional<PagePlan> plan_by_name(const Operation& operation) {
  const auto input = operation.input();
  const auto output = operation.output();
  if (!input || !output) return std::nullopt;
  for (const std::string_view name : kTokenNames) {
    const auto in = input->find(name);
    if (!in || in->shape().kind() != ShapeKind::string) continue;
    std::string out(name);
    if (!output->find(name)) {
      // "Marker" goes in and "NextMarker" comes out; "NextPageToken" comes out of "PageToken".
      out = "Next" + out;
      if (!output->find(out)) continue;
    }
    PagePlan plan;
    plan.from_paginator = false;
    plan.input_tokens = {std::string(name)};
    plan.output_tokens.push_back(*JsonPath::parse(out));
    for (const std::string_view limit : {"MaxResults", "maxResults", "Limit", "PageSize", "MaxItems"}) {
      if (plan.limit_key.empty() && input->find(limit)) plan.limit_key = limit;
    }
    return plan;
  }
  return std::nullopt;
}

Json* find_at(JsonObject& in, const JsonPath& path) {
  JsonObject* at = &in;
  Json* found = nullptr;
  for (const auto& step : path.alternatives().front()) {
    const auto* member = std::get_if<JsonPath::Member>(&step);
    if (!member || !at) return nullptr;
    found = at->if_contains(member->name);
    if (!found) return nullptr;
    at = found->if_object();
  }
  return found;
}

// Extends lists; adds numbers and joins texts, which is what the AWS CLI does with counts.
void extend(Json& existing, Json&& more) {
  if (auto* list = existing.if_array(); list && more.is_array()) {
    for (Json& item : more.get_array()) list->push_back(std::move(item));
  } else if (existing.is_int64() && more.is_int64()) {
    existing = existing.get_int64() + more.get_int64();
  } else if (existing.is_number() && more.is_number()) {
    existing = existing.to_number<double>() + more.to_number<double>();
  } else if (existing.is_string() && more.is_string()) {
    existing.get_string().append(more.get_string());
  }
}

void merge_into(JsonObject& into, const JsonObject& from) {
  for (const auto& entry : from) {
    Json& there = into[entry.key()];
    if (there.is_object() && entry.value().is_object()) {
      merge_into(there.get_object(), entry.value().get_object());
    } else {
      there = entry.value();
    }
  }
}

}  // namespace

void set_at(JsonObject& into, const JsonPath& path, Json value) {
  JsonObject* at = &into;
  const auto& steps = path.alternatives().front();
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto* step = std::get_if<JsonPath::Member>(&steps[i]);
    HM_CHECK(step != nullptr);
    if (i + 1 == steps.size()) {
      (*at)[step->name] = std::move(value);
      return;
    }
    Json& next = (*at)[step->name];
    if (!next.is_object()) next = JsonObject();
    at = &next.get_object();
  }
}

Result<std::optional<PagePlan>> page_plan(const Operation& operation) {
  const auto paginator = operation.paginator();
  if (!paginator) return plan_by_name(operation);
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
  return plan;
}

PageWalk::PageWalk(const PagePlan& plan, const Service& service, const Operation& operation, Json params)
    : plan_(plan), params_(params.is_object() ? std::move(params) : Json(JsonObject())) {
  if (service.protocol() != Protocol::ec2 || names_items(params_)) return;
  for (const PageSize& size : kEc2PageSizes) {
    if (size.operation == operation.name()) params_.get_object()["MaxResults"] = size.most;
  }
}

Result<bool> PageWalk::advance(const Json& page) {
  tokens_ = nullptr;
  if (plan_.more_results && nothing(plan_.more_results->eval(page))) return false;
  JsonObject tokens;
  bool any = false;
  for (size_t i = 0; i < plan_.input_tokens.size(); ++i) {
    Json token = plan_.output_tokens[i].eval(page);
    if (nothing(token)) token = nullptr;
    any = any || !token.is_null();
    tokens[plan_.input_tokens[i]] = std::move(token);
  }
  if (!any) return false;
  std::string text = to_json(tokens);
  if (!seen_.insert(text.size() > 64 ? sha256_hex(text) : text).second) {
    return make_error(ErrorKind::corrupt, "repeated_token",
                      "the service gave the same page token twice, so its pages would never end");
  }
  JsonObject& params = params_.get_object();
  for (const auto& entry : tokens) {
    if (entry.value().is_null()) {
      params.stable_erase(entry.key());
    } else {
      params[entry.key()] = entry.value();
    }
  }
  tokens_ = std::move(tokens);
  return true;
}

void PageMerge::add(Json page) {
  if (plan_.result_keys.empty()) return add_by_shape(std::move(page));
  if (first_) {
    first_ = false;
    for (const JsonPath& key : plan_.non_aggregate_keys) set_at(non_aggregate_, key, key.eval(page));
  }
  for (const JsonPath& key : plan_.result_keys) {
    // Keys lead to different members, so that each may take its own; a large answer is not copied.
    Json value = key.take(std::move(page));
    if (value.is_null()) continue;
    Json* existing = find_at(merged_, key);
    if (!existing || existing->is_null()) {
      set_at(merged_, key, std::move(value));
    } else {
      extend(*existing, std::move(value));
    }
  }
}

void PageMerge::add_by_shape(Json page) {
  if (!page.is_object()) return;
  for (const JsonPath& token : plan_.output_tokens) page.get_object().stable_erase(token.text());
  if (first_) {
    first_ = false;
    merged_ = std::move(page.get_object());
    return;
  }
  for (auto& entry : page.get_object()) {
    Json* existing = merged_.if_contains(entry.key());
    if (!existing) {
      merged_[entry.key()] = std::move(entry.value());
    } else if (existing->is_array()) {
      extend(*existing, std::move(entry.value()));
    }
  }
}

Json PageMerge::take() {
  merge_into(merged_, non_aggregate_);
  return std::move(merged_);
}

}  // namespace hm::aws
