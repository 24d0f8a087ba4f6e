#include "catalog/build_rule.h"

#include <algorithm>

#include "catalog/yaml_values.h"

namespace hm::catalog {

namespace {

// The moment at which cases happen that do not say another.
constexpr std::string_view kCaseNow = "2026-01-31T12:00:00Z";
// Bound by the engine: the moment of the run.
constexpr std::string_view kNow = "now";

class RuleBuilder {
 public:
  RuleBuilder(const RuleInput& input, std::vector<Fault>& faults) : input_(input), faults_(faults) {}

  Rule build() {
    const Json& root = input_.yaml.value;
    rule_.id = input_.id;
    rule_.category = input_.category;
    rule_.source = input_.file;
    rule_.checked = input_.checked;
    rule_.title = member_text(root, "title");
    rule_.description = member_text(root, "description");
    rule_.severity = severity_from(member_text(root, "severity")).value_or(Severity::medium);
    if (const Json* enabled = member(root, "enabled")) rule_.enabled = enabled->as_bool();
    rule_.sql = member_text(root, "sql");
    rule_.sql_line = input_.yaml.line_of("/sql");
    rule_.action = member_text(root, "action");
    rule_.controls = texts(member(root, "controls"));
    if (const Json* hold = member(root, "for")) rule_.hold = duration_of(as_text(*hold));
    const std::string_view reach = member_text(root, "reach", "region");
    rule_.reach = reach == "account"      ? Reach::account
                  : reach == "everything" ? Reach::everything
                                          : Reach::region;
    read_resources(*member(root, "resource"));
    if (const Json* needs = member(root, "needs")) {
      rule_.needs = texts(member(*needs, "types"));
      rule_.metrics = texts(member(*needs, "metrics"));
    }
    read_fix(member(root, "fix"));
    read_parameters(member(root, "parameters"));
    read_cases(member(root, "cases"));
    return std::move(rule_);
  }

 private:
  void complain(const std::string& pointer, std::string text) {
    faults_.push_back({input_.file, input_.yaml.line_of(pointer), std::move(text)});
  }

  void read_resources(const Json& node) {
    if (node.is_array()) {
      rule_.resources = texts(&node);
    } else if (as_text(node) != "any") {
      rule_.resources.emplace_back(as_text(node));
    }
  }

  void read_fix(const Json* fix) {
    if (fix == nullptr) {
      if (input_.cases) complain("", "the key 'fix' is missing: say what is to be done about a finding");
      return;
    }
    rule_.fix = {std::string(member_text(*fix, "console")), std::string(member_text(*fix, "cli")),
                 std::string(member_text(*fix, "terraform"))};
  }

  static bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 40 && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  }

  void read_parameters(const Json* node) {
    if (node == nullptr) return;
    for (const auto& [key, value] : node->as_object()) {
      const std::string at = "/parameters/" + std::string(key);
      RuleParameter parameter;
      parameter.name = key;
      parameter.description = member_text(value, "description");
      parameter.otherwise = *member(value, "default");
      const std::string_view type = member_text(value, "type");
      for (const auto known : {ParameterType::integer, ParameterType::real, ParameterType::text,
                               ParameterType::boolean, ParameterType::list})
        if (to_string(known) == type) parameter.type = known;
      if (!is_name(parameter.name))
        complain(at,
                 "the parameter '" + parameter.name + "' must be snake_case: small letters, digits and _");
      if (parameter.name == kNow)
        complain(at, "the parameter 'now' is the moment of the run already: choose another name");
      if (!fits(parameter.type, parameter.otherwise))
        complain(at + "/default", "the default of '" + parameter.name + "' is no " + std::string(type));
      rule_.parameters.push_back(std::move(parameter));
    }
  }

  void read_cases(const Json* node) {
    bool fires = false;
    bool spares = false;
    const size_t count = node == nullptr ? 0 : node->as_array().size();
    for (size_t i = 0; i < count; ++i) {
      const std::string at = "/cases/" + std::to_string(i);
      rule_.cases.push_back(read_case(node->as_array()[i], at));
      (rule_.cases.back().expect.empty() ? spares : fires) = true;
    }
    if (input_.checked || (!input_.cases && count == 0)) return;
    if (!fires) complain("/cases", "no case fires: add one that expects a finding");
    if (!spares) complain("/cases", "every case fires: add one that expects none");
  }

  RuleCase read_case(const Json& node, const std::string& at) {
    RuleCase one;
    one.line = input_.yaml.line_of(at);
    one.title = member_text(node, "title");
    auto now = parse_iso(member_text(node, "now", kCaseNow));
    if (!now) {
      complain(at + "/now", "'now' is no time");
    } else {
      one.now = *now;
    }
    one.given = member(node, "given")->get_object();
    for (const Json& row : member(node, "expect")->as_array()) one.expect.push_back(row.get_object());
    const Json* parameters = member(node, "parameters");
    if (parameters == nullptr) return one;
    one.parameters = parameters->get_object();
    for (const auto& [key, value] : one.parameters) {
      const std::string name(key);
      const RuleParameter* known = rule_.parameter(name);
      if (known == nullptr) {
        complain(at + "/parameters/" + name, "the rule has no parameter '" + name + "'");
      } else if (!fits(known->type, value)) {
        complain(at + "/parameters/" + name,
                 "the parameter '" + name + "' wants " + std::string(to_string(known->type)));
      }
    }
    return one;
  }

  const RuleInput& input_;
  std::vector<Fault>& faults_;
  Rule rule_;
};

}  // namespace

std::optional<Rule> build_rule(const RuleInput& input, std::vector<Fault>& faults) {
  const size_t before = faults.size();
  Rule rule = RuleBuilder(input, faults).build();
  if (faults.size() != before) return std::nullopt;
  return rule;
}

}  // namespace hm::catalog
