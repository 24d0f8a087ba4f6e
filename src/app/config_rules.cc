#include "app/config_rules.h"

namespace hm::app {

namespace {

class RuleReader {
 public:
  RuleReader(const Yaml& yaml, std::string path) : yaml_(yaml), path_(std::move(path)) {}

  Result<std::vector<rules::RuleSetting>> read() {
    std::vector<rules::RuleSetting> settings;
    const Json& root = yaml_.value.at("rules");
    if (!root.is_object()) {
      fault("/rules", "'rules' is a list of rules by id: {ebs_volume_unattached: {enabled: false}}");
    } else {
      for (const auto& [key, value] : root.get_object())
        settings.push_back(read_one(std::string(key), value));
    }
    if (!faults_.empty()) return make_error(ErrorKind::invalid, "bad_config", faults_);
    return settings;
  }

 private:
  std::string place(const std::string& pointer) const {
    return path_ + ":" + std::to_string(yaml_.line_of(pointer));
  }
  void fault(const std::string& pointer, const std::string& why) {
    faults_ += (faults_.empty() ? "" : "\n") + place(pointer) + ": " + why;
  }

  rules::RuleSetting read_one(const std::string& id, const Json& value) {
    const std::string at = "/rules/" + id;
    rules::RuleSetting setting;
    setting.rule = id;
    setting.place = place(at);
    if (!value.is_object()) {
      fault(at, "a rule takes enabled, severity and parameters");
      return setting;
    }
    for (const auto& [key, member] : value.get_object()) {
      const std::string name(key);
      if (name == "enabled" && member.is_bool()) {
        setting.enabled = member.get_bool();
      } else if (name == "severity" && member.is_string()) {
        setting.severity = as_text(member);
      } else if (name == "parameters" && member.is_object()) {
        setting.parameters = member.get_object();
      } else {
        fault(at + "/" + name,
              "a rule takes enabled (true or false), severity (critical, high, medium, low or info) and "
              "parameters (name: "
              "value)");
      }
    }
    return setting;
  }

  const Yaml& yaml_;
  const std::string path_;
  std::string faults_;
};

}  // namespace

Result<std::vector<rules::RuleSetting>> read_rule_settings(const Yaml& yaml, const std::string& path) {
  return RuleReader(yaml, path).read();
}

}  // namespace hm::app
