// How much of a service quota is used, as the inventory can count it: a fact of catalog/quotas/, as a plain
// struct. Which quotas there are and how high they stand, AWS says (the type servicequotas/service_quota).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "catalog/faults.h"
#include "catalog/rule.h"

namespace hm::catalog {

struct Quota {
  std::string service_code;  // the folder: "vpc", as Service Quotas names it
  std::string quota_code;    // "L-F678F1CE"
  std::string counts;        // "VPCs"
  // One SELECT with account_id, region (without it the quota is the account's), used and, where the quota is
  // of each of several, which of them is the fullest. A place without a row uses nothing.
  std::string sql;
  int sql_line = 1;
  std::vector<RuleCase> cases;
  std::string source;    // the file, for messages
  bool checked = false;  // by the build
};

// `yaml` has the form of the schema.
Quota build_quota(const std::string& service_code, const std::string& file, const Yaml& yaml);

const Json& quota_schema();

}  // namespace hm::catalog
