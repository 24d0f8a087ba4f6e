#include "rules/fix.h"

#include <map>

#include "inventory/tag_plan.h"

namespace hm::rules {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(const ListedFinding& listed) {
  Values values;
  if (const auto evidence = parse_json(listed.finding.evidence); evidence && evidence->is_object()) {
    for (const auto& [key, value] : evidence->get_object()) {
      if (value.is_null() || value.is_structured()) continue;
      values[std::string(key)] = value.is_string() ? std::string(as_text(value)) : to_json(value);
    }
  }
  values["account_id"] = listed.finding.account_id;
  values["region"] = listed.finding.region;
  values["key"] = listed.resource_key;
  values["arn"] = listed.resource_arn;
  values.try_emplace("name", listed.resource_name);
  return values;
}

std::string fill(std::string_view text, const Values& values, bool command) {
  std::string filled;
  while (!text.empty()) {
    const size_t open = text.find("${");
    filled += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      filled += text.substr(open);
      break;
    }
    const auto value = values.find(text.substr(open + 2, close - open - 2));
    if (value == values.end()) {
      filled += text.substr(open, close - open + 1);
    } else {
      filled += command ? inventory::shell_quoted(value->second) : value->second;
    }
    text.remove_prefix(close + 1);
  }
  return filled;
}

}  // namespace

catalog::RuleFix fill_fix(const catalog::RuleFix& fix, const ListedFinding& finding) {
  const Values values = values_of(finding);
  return {fill(fix.console, values, false), fill(fix.cli, values, true), fill(fix.terraform, values, false)};
}

}  // namespace hm::rules
