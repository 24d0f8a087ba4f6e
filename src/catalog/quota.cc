#include "catalog/quota.h"

#include "catalog/schema_check.h"
#include "catalog/yaml_values.h"
#include "embedded/quota_schema.h"

namespace hm::catalog {

Quota build_quota(const std::string& service_code, const std::string& file, const Yaml& yaml) {
  const Json& root = yaml.value;
  Quota quota;
  quota.service_code = service_code;
  quota.quota_code = member_text(root, "quota");
  quota.counts = member_text(root, "counts");
  quota.sql = member_text(root, "sql");
  quota.sql_line = yaml.line_of("/sql");
  quota.source = file;
  const auto& cases = member(root, "cases")->as_array();
  quota.cases.reserve(cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    RuleCase one;
    one.line = yaml.line_of("/cases/" + std::to_string(i));
    one.title = member_text(cases[i], "title");
    one.given = member(cases[i], "given")->as_object();
    for (const Json& row : member(cases[i], "expect")->as_array()) one.expect.push_back(row.as_object());
    quota.cases.push_back(std::move(one));
  }
  return quota;
}

const Json& quota_schema() {
  static const Json schema = schema_of(embedded::quota_schema());
  return schema;
}

}  // namespace hm::catalog
