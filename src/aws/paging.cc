#include "aws/paging.h"

#include "base/check.h"
#include "base/crypto.h"

namespace hm::aws {

namespace {

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

bool nothing(const Json& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* yes = value.if_bool()) return !*yes;
  if (const auto* list = value.if_array()) return list->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return false;
}

// What a page size must not be combined with. Those that say whose the items are do not name items.
bool names_items(const Json& params) {
  for (const auto& entry : params.get_object()) {
    const std::string_view key = entry.key();
    if (key == "OwnerIds" || key == "RestorableByUserIds") continue;
    if (key.ends_with("Ids") || key.ends_with("Names") || key == "MaxResults") return true;
  }
  return false;
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

// Keys lead to different members, so that each may take its own; a large answer is not copied.
Json taken(Json& page, const JsonPath& key) { return key.take(std::move(page)); }

// Takes out the member that a path of plain members points to; a path to an item ("Tags[-1].Key") names no
// token.
void erase_at(JsonObject& from, const JsonPath& path) {
  JsonObject* at = &from;
  const auto& steps = path.alternatives().front();
  for (size_t i = 0; i < steps.size() && at; ++i) {
    const auto* step = std::get_if<JsonPath::Member>(&steps[i]);
    if (!step) return;
    if (i + 1 == steps.size()) {
      at->stable_erase(step->name);
      return;
    }
    Json* next = at->if_contains(step->name);
    at = next ? next->if_object() : nullptr;
  }
}

// Lists grow, and so do maps and what stands in structures; any other member stays as it is.
void grow(JsonObject& into, JsonObject&& more) {
  for (auto& entry : more) {
    Json* existing = into.if_contains(entry.key());
    if (!existing) {
      into[entry.key()] = std::move(entry.value());
    } else if (existing->is_array()) {
      extend(*existing, std::move(entry.value()));
    } else if (existing->is_object() && entry.value().is_object()) {
      grow(existing->get_object(), std::move(entry.value().get_object()));
    }
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
    Json value = taken(page, key);
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
  JsonObject& more = page.get_object();
  for (const JsonPath& token : plan_.output_tokens) erase_at(more, token);
  if (first_) {
    first_ = false;
    merged_ = std::move(more);
    return;
  }
  // Whether there is more is the last page's to say.
  if (plan_.more_results) erase_at(merged_, *plan_.more_results);
  grow(merged_, std::move(more));
}

Json PageMerge::take() {
  merge_into(merged_, non_aggregate_);
  return std::move(merged_);
}

}  // namespace hm::aws
