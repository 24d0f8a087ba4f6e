// A rule: a question about the estate and the SQL over the inventory that answers it with findings, as plain
// structs. Cost, health, security and tagging differ in nothing but the folder.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace hm::catalog {

enum class Severity { info, low, medium, high, critical };
std::string_view to_string(Severity severity);
std::optional<Severity> severity_from(std::string_view text);

// The folders of catalog/rules/.
inline constexpr std::string_view kRuleCategories[] = {"cost", "health", "security", "tagging"};

enum class ParameterType { integer, real, text, boolean, list };
std::string_view to_string(ParameterType type);
// A list is one of texts. An integer fits a real.
bool fits(ParameterType type, const Json& value);

struct RuleParameter {
  std::string name;
  ParameterType type = ParameterType::integer;
  Json otherwise;  // the default
  std::string description;
};

// How far from a resource its rule looks: how many sweeps must have been ok for its outcome to be known.
enum class Reach { region, account, everything };

// What is to be done, for a person. `${name}` stands for account_id, region, key, name and arn of the
// resource and for the columns of the finding's evidence. Empty where the rule does not say.
struct RuleFix {
  std::string console;
  std::string cli;
  std::string terraform;
};

// Rows given per table, and the rows of the answer that are expected, in any order; of each only the columns
// that it names are compared.
struct RuleCase {
  std::string title;
  Time now;
  JsonObject parameters;
  JsonObject given;
  std::vector<JsonObject> expect;
  int line = 1;
};

struct Rule {
  std::string id;        // the file's name: "ebs_volume_unattached"; unique over all categories
  std::string category;  // the folder
  std::string title;
  Severity severity = Severity::medium;  // of findings that do not say another
  std::string description;
  bool enabled = true;                 // unless the configuration says otherwise
  std::vector<std::string> resources;  // the types that are judged; empty: any
  Reach reach = Reach::region;
  std::vector<std::string> needs;  // types beyond those whose tables the SQL names
  std::vector<std::string> metrics;
  std::vector<RuleParameter> parameters;
  std::string sql;
  std::chrono::seconds hold{0};  // `for`: how long it must hold before it opens
  RuleFix fix;
  std::vector<std::string> controls;  // "cis:2.3.1"
  std::string action;                 // the one that would fix it; may be empty
  std::vector<RuleCase> cases;
  std::string source;    // the file, for messages
  int sql_line = 1;      // of the key `sql` in it
  bool checked = false;  // in the binary: its SQL and its cases have been checked by the project's tests

  const RuleParameter* parameter(std::string_view name) const;
};

}  // namespace hm::catalog
