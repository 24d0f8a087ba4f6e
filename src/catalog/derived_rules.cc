#include "catalog/derived_rules.h"

#include "catalog/call_check.h"
#include "catalog/schema_check.h"
#include "catalog/yaml_values.h"
#include "embedded/derived_schema.h"

namespace hm::catalog {

namespace {

using Reasons = std::map<std::string, std::string, std::less<>>;

// Groups of calls that share a reason; a call that stands twice is told to `twice`.
Reasons reasons_of(const Json* groups, const char* names, std::vector<std::string>& twice) {
  Reasons reasons;
  if (groups == nullptr) return reasons;
  for (const auto& group : groups->as_array()) {
    const std::string why(member_text(group, "reason"));
    for (const auto& name : texts(member(group, names))) {
      if (!reasons.emplace(name, why).second) twice.push_back(name);
    }
  }
  return reasons;
}

DerivedCall call_of(const Json& node) {
  DerivedCall call;
  call.noun = member_text(node, "noun");
  call.key = member_text(node, "key");
  if (const auto* params = member(node, "params")) call.params = *params;
  if (const auto* where = member(node, "where")) call.where = *where;
  call.permissions = texts(member(node, "permissions"));
  call.scope = member_text(node, "scope");
  call.sensitive = texts(member(node, "sensitive"));
  return call;
}

Status check_call(const std::string& name) {
  const auto colon = name.find(':');
  HM_TRY([[maybe_unused]] auto found, find_operation(name.substr(0, colon), name.substr(colon + 1)));
  return ok();
}

}  // namespace

const DerivedService& DerivedRules::service(std::string_view name) const {
  static const DerivedService kPlain;
  const auto found = services.find(name);
  return found == services.end() ? kPlain : found->second;
}

const DerivedCall& DerivedRules::call(std::string_view name) const {
  static const DerivedCall kPlain;
  const auto found = calls.find(name);
  return found == calls.end() ? kPlain : found->second;
}

DerivedRules derived_rules_of(const Json& document) {
  DerivedRules rules;
  rules.refresh = member_text(document, "refresh");
  rules.limits = limits_of(member(document, "limits"));
  for (const auto& [name, node] : member(document, "services")->as_object()) {
    rules.services[std::string(name)] = {std::string(member_text(node, "folder")),
                                         std::string(member_text(node, "table")),
                                         std::string(member_text(node, "actions"))};
  }
  std::vector<std::string> twice;
  rules.without = reasons_of(member(document, "without"), "services", twice);
  rules.exclude = reasons_of(member(document, "exclude"), "calls", twice);
  rules.paid = reasons_of(member(document, "paid"), "calls", twice);
  for (const auto& [name, node] : member(document, "calls")->as_object())
    rules.calls[std::string(name)] = call_of(node);
  return rules;
}

Status check_derived_rules(const Json& document) {
  std::vector<std::string> twice;
  const Reasons without = reasons_of(member(document, "without"), "services", twice);
  Reasons calls = reasons_of(member(document, "exclude"), "calls", twice);
  const Reasons paid = reasons_of(member(document, "paid"), "calls", twice);
  if (!twice.empty())
    return make_error(ErrorKind::invalid, "bad_catalog", "'" + twice.front() + "' stands twice: remove one");
  for (const auto& [name, why] : paid) calls.emplace(name, why);
  for (const auto& [name, node] : member(document, "calls")->as_object()) calls.emplace(name, "");
  for (const auto& [name, why] : calls) HM_DO(check_call(name));
  std::set<std::string> services;
  for (const auto& [name, why] : without) services.insert(name);
  for (const auto& [name, node] : member(document, "services")->as_object()) services.insert(name);
  for (const auto& name : services) {
    if (!aws::find_service(name))
      return make_error(ErrorKind::invalid, "bad_catalog",
                        "AWS has no service '" + name + "': use the AWS CLI's word for it");
  }
  return ok();
}

const Json& derived_schema() {
  static const Json schema = schema_of(embedded::derived_schema());
  return schema;
}

}  // namespace hm::catalog
