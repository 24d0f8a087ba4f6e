#include "rules/check.h"

#include <algorithm>
#include <filesystem>

#include "inventory/projection.h"
#include "rules/cases.h"

namespace hm::rules {
namespace {

using catalog::Fault;

// Of a rule or of a quota's use: both are SQL with cases.
template <typename Fact>
class Checker {
 public:
  Checker(const Fact& fact, const catalog::Catalog& catalog) : fact_(fact), catalog_(catalog) {}

  std::vector<Fault> check(CheckWhat what) {
    auto tables = readable_tables(catalog_);
    const auto named = query::named_tables(fact_.sql, tables);
    // The last sweep of a row stands in `sweep`, so every typed table goes with it.
    std::erase_if(tables, [&](const query::TableSpec& table) {
      return table.name != "sweep" && std::find(named.begin(), named.end(), table.name) == named.end();
    });
    auto empty =
        query::QueryDatabase::open_temporary(std::filesystem::temp_directory_path().string(), tables);
    if (!empty) {
      complain(fact_.sql_line, empty.error().text());
      return std::move(faults_);
    }
    const auto shape = (*empty)->describe(fact_.sql);
    if (!shape) {
      complain(fact_.sql_line, "the SQL is refused: " + shape.error().message);
      return std::move(faults_);
    }
    check_shape(fact_, *shape);
    if (shape->reads.empty()) complain(fact_.sql_line, "the SQL reads no table");
    if (faults_.empty() && what.cases) {
      for (auto& fault : run_cases(fact_, *shape, **empty)) faults_.push_back(std::move(fault));
    }
    return std::move(faults_);
  }

 private:
  void complain(int line, std::string text) { faults_.push_back({fact_.source, line, std::move(text)}); }

  void must_answer(const query::Shape& shape, std::initializer_list<const char*> columns) {
    for (const char* wanted : columns) {
      if (std::count(shape.columns.begin(), shape.columns.end(), wanted) != 1)
        complain(fact_.sql_line, std::string("the SQL must answer one column named ") + wanted);
    }
  }

  void check_shape(const catalog::Quota& quota, const query::Shape& shape) {
    must_answer(shape, {"account_id", "used"});
    if (!shape.parameters.empty()) complain(quota.sql_line, "the use of a quota has no parameters");
  }

  void check_shape(const catalog::Rule& rule, const query::Shape& shape) {
    must_answer(shape, {"resource_id", "reason"});
    for (const std::string& name : shape.parameters) {
      if (name != "now" && rule.parameter(name) == nullptr)
        complain(rule.sql_line, "the SQL uses :" + name + ", which is no parameter of the rule");
    }
    for (const auto& parameter : rule.parameters) {
      if (std::find(shape.parameters.begin(), shape.parameters.end(), parameter.name) ==
          shape.parameters.end())
        complain(rule.sql_line, "the parameter '" + parameter.name + "' is not used by the SQL: remove it");
    }
    // Relations come from types that the SQL need not name.
    if (shape.reads.contains("relation") && rule.needs.empty())
      complain(rule.sql_line,
               "the SQL reads 'relation': name under needs.types the types whose relations it looks at");
  }

  const Fact& fact_;
  const catalog::Catalog& catalog_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> check_rule(const catalog::Rule& rule, const catalog::Catalog& catalog, CheckWhat what) {
  return Checker(rule, catalog).check(what);
}

std::vector<Fault> check_quota(const catalog::Quota& quota, const catalog::Catalog& catalog, CheckWhat what) {
  return Checker(quota, catalog).check(what);
}

Status check_rules(const catalog::Catalog& catalog, CheckWhat what, bool all) {
  std::vector<Fault> faults;
  for (const catalog::Rule& rule : catalog.rules()) {
    if (rule.checked && !all) continue;
    for (auto& fault : check_rule(rule, catalog, what)) faults.push_back(std::move(fault));
  }
  for (const catalog::Quota& quota : catalog.quotas()) {
    if (quota.checked && !all) continue;
    for (auto& fault : check_quota(quota, catalog, what)) faults.push_back(std::move(fault));
  }
  if (!faults.empty()) return catalog::faults_error(std::move(faults));
  return ok();
}

std::vector<query::TableSpec> readable_tables(const catalog::Catalog& catalog) {
  return inventory::table_specs(catalog);
}

query::NamedValues bind_parameters(const JsonObject& parameters, Time now) {
  query::NamedValues values;
  for (const auto& [key, value] : parameters) {
    store::Value& bound = values[std::string(key)];
    if (value.is_string()) bound = as_text(value);
    if (value.is_int64()) bound = value.get_int64();
    if (value.is_double()) bound = value.get_double();
    if (value.is_bool()) bound = value.get_bool();
    if (value.is_array()) bound = to_json(value);
  }
  values["now"] = format_iso(now);
  return values;
}

JsonObject default_parameters(const catalog::Rule& rule) {
  JsonObject parameters;
  for (const auto& parameter : rule.parameters) parameters[parameter.name] = parameter.otherwise;
  return parameters;
}

}  // namespace hm::rules
