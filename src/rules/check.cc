#include "rules/check.h"

#include <algorithm>
#include <filesystem>

#include "inventory/projection.h"
#include "rules/cases.h"

namespace hm::rules {
namespace {

using catalog::Fault;

class Checker {
 public:
  Checker(const catalog::Rule& rule, const catalog::Catalog& catalog) : rule_(rule), catalog_(catalog) {}

  std::vector<Fault> check(CheckWhat what) {
    auto tables = readable_tables(catalog_);
    const auto named = query::named_tables(rule_.sql, tables);
    // The last sweep of a row stands in `sweep`, so every typed table goes with it.
    std::erase_if(tables, [&](const query::TableSpec& table) {
      return table.name != "sweep" && std::find(named.begin(), named.end(), table.name) == named.end();
    });
    auto empty =
        query::QueryDatabase::open_temporary(std::filesystem::temp_directory_path().string(), tables);
    if (!empty) {
      complain(rule_.sql_line, empty.error().text());
      return std::move(faults_);
    }
    const auto shape = (*empty)->describe(rule_.sql);
    if (!shape) {
      complain(rule_.sql_line, "the SQL is refused: " + shape.error().message);
      return std::move(faults_);
    }
    check_shape(*shape);
    if (faults_.empty() && what.cases) {
      for (auto& fault : run_cases(rule_, *shape, **empty)) faults_.push_back(std::move(fault));
    }
    return std::move(faults_);
  }

 private:
  void complain(int line, std::string text) { faults_.push_back({rule_.source, line, std::move(text)}); }

  void check_shape(const query::Shape& shape) {
    for (const char* wanted : {"resource_id", "reason"}) {
      if (std::count(shape.columns.begin(), shape.columns.end(), wanted) != 1)
        complain(rule_.sql_line, std::string("the SQL must answer one column named ") + wanted);
    }
    for (const std::string& name : shape.parameters) {
      if (name != "now" && rule_.parameter(name) == nullptr)
        complain(rule_.sql_line, "the SQL uses :" + name + ", which is no parameter of the rule");
    }
    for (const auto& parameter : rule_.parameters) {
      if (std::find(shape.parameters.begin(), shape.parameters.end(), parameter.name) ==
          shape.parameters.end())
        complain(rule_.sql_line, "the parameter '" + parameter.name + "' is not used by the SQL: remove it");
    }
    if (shape.reads.empty()) complain(rule_.sql_line, "the SQL reads no table");
    // Relations come from types that the SQL need not name.
    if (shape.reads.contains("relation") && rule_.needs.empty())
      complain(rule_.sql_line,
               "the SQL reads 'relation': name under needs.types the types whose relations it looks at");
  }

  const catalog::Rule& rule_;
  const catalog::Catalog& catalog_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> check_rule(const catalog::Rule& rule, const catalog::Catalog& catalog, CheckWhat what) {
  return Checker(rule, catalog).check(what);
}

Status check_rules(const catalog::Catalog& catalog, CheckWhat what, bool all) {
  std::vector<Fault> faults;
  for (const catalog::Rule& rule : catalog.rules()) {
    if (rule.checked && !all) continue;
    for (auto& fault : check_rule(rule, catalog, what)) faults.push_back(std::move(fault));
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
