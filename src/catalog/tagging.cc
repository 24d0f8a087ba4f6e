#include "catalog/tagging.h"

#include <algorithm>

#include "catalog/call_check.h"
#include "catalog/catalog.h"
#include "catalog/schema_check.h"
#include "catalog/yaml_values.h"
#include "embedded/tagging_schema.h"

namespace hm::catalog {

namespace {

// "tag-open-id-connect-provider" and "TagOpenIDConnectProvider" are the same call.
std::string folded(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

Status check_command(const std::string& type, const std::vector<std::string>& words) {
  const auto wrong = [&](const std::string& why) {
    return make_error(ErrorKind::invalid, "bad_catalog", "the command of " + type + " " + why);
  };
  const auto service = aws::find_service(words[0]);
  if (!service) return wrong("names no service of AWS's: '" + words[0] + "'");
  bool known = false;
  for (const auto& operation : service->operations()) known |= folded(operation.name()) == folded(words[1]);
  if (!known) return wrong("names no call of " + words[0] + ": '" + words[1] + "'");
  const bool with_tags = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word.find("${tags}") != std::string::npos;
  });
  return with_tags ? ok() : Status(wrong("says nowhere where the tags stand: ${tags}"));
}

}  // namespace

const TerraformTag* Tagging::terraform_of(std::string_view type) const {
  const std::string_view service = type.substr(0, type.find('/'));
  const auto found = std::find_if(terraform.begin(), terraform.end(),
                                  [&](const TerraformTag& one) { return one.service == service; });
  return found == terraform.end() ? nullptr : &*found;
}

Tagging tagging_of(const Json& document) {
  Tagging tagging;
  for (const Json& group : member(document, "untaggable")->as_array()) {
    for (const std::string& type : texts(member(group, "types")))
      tagging.untaggable.emplace(type, member_text(group, "reason"));
  }
  for (const auto& [type, words] : member(document, "commands")->as_object())
    tagging.commands.emplace(std::string(type), texts(&words));
  for (const Json& one : member(document, "terraform")->as_array()) {
    tagging.terraform.push_back(
        {std::string(member_text(one, "service")), std::string(member_text(one, "resource")),
         std::string(member_text(one, "id")), std::string(member_text(one, "value"))});
  }
  return tagging;
}

Status check_tagging(const Json& document, const std::function<bool(const std::string& type)>& knows) {
  const Tagging tagging = tagging_of(document);
  size_t named = 0;
  for (const Json& group : member(document, "untaggable")->as_array())
    named += member(group, "types")->as_array().size();
  if (named != tagging.untaggable.size())
    return make_error(ErrorKind::invalid, "bad_catalog", "a type stands twice under untaggable: remove one");
  std::vector<std::string> types;
  types.reserve(named + tagging.commands.size());
  for (const auto& [type, why] : tagging.untaggable) types.push_back(type);
  for (const auto& [type, words] : tagging.commands) {
    if (tagging.untaggable.contains(type))
      return make_error(ErrorKind::invalid, "bad_catalog",
                        type + " is untaggable and has a command: remove one");
    HM_DO(check_command(type, words));
    types.push_back(type);
  }
  for (const std::string& type : types)
    if (!knows(type))
      return make_error(ErrorKind::invalid, "bad_catalog", "there is no resource type '" + type + "'");
  return ok();
}

const Json& tagging_schema() {
  static const Json schema = schema_of(embedded::tagging_schema());
  return schema;
}

}  // namespace hm::catalog
