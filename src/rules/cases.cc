#include "rules/cases.h"

#include <algorithm>

#include "rules/check.h"
#include "rules/found.h"

namespace hm::rules {
namespace {

using catalog::Fault;
using catalog::RuleCase;

// What a row says of itself where the case does not.
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {{"account_id", "111111111111"},
                                                                    {"region", "eu-west-1"},
                                                                    {"place_region", "eu-west-1"},
                                                                    {"unknown", "[]"},
                                                                    {"tags", "{}"}};

Error bad_case(std::string why) { return make_error(ErrorKind::invalid, "rule_case", std::move(why)); }

store::Value cell_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_bool()) return value.get_bool() ? 1 : 0;
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) return value.get_double();
  if (value.is_string()) return as_text(value);
  return to_json(value);
}

Result<store::Params> row_of(const query::TableSpec& table, const JsonObject& given) {
  store::Params row;
  size_t used = 0;
  for (const query::ColumnSpec& column : table.columns) {
    if (!column.sql.empty()) continue;
    const auto* value = given.if_contains(column.name);
    if (value != nullptr) ++used;
    store::Value cell = value != nullptr ? cell_of(*value) : store::Value();
    for (const auto& [name, usual] : kUsual)
      if (value == nullptr && name == column.name) cell = usual;
    row.push_back(std::move(cell));
  }
  if (used == given.size()) return row;
  for (const auto& entry : given) {
    const std::string_view key = entry.key();
    const bool known = std::any_of(
        table.columns.begin(), table.columns.end(),
        [&](const query::ColumnSpec& column) { return column.sql.empty() && key == column.name; });
    if (!known)
      return bad_case("the table " + table.name + " has no column '" + std::string(key) + "' to be given");
  }
  return row;
}

Status give(query::Writer& writer, const std::vector<query::TableSpec>& tables, const JsonObject& given) {
  for (const auto& [key, rows] : given) {
    const std::string name(key);
    const auto table = std::find_if(tables.begin(), tables.end(),
                                    [&](const query::TableSpec& one) { return one.name == name; });
    if (table == tables.end() || !table->select.empty())
      return bad_case("rows are given for '" + name + "', which is no table that the SQL reads");
    std::vector<store::Params> many;
    int64_t number = 0;
    for (const Json& row : rows.get_array()) {
      HM_TRY(store::Params cells, row_of(*table, row.get_object()));
      if (table->many) {
        many.push_back(std::move(cells));
      } else {
        HM_DO(writer.put(name, ++number, std::move(cells)));
      }
    }
    if (table->many) HM_DO(writer.put_many(name, 1, std::move(many)));
  }
  return ok();
}

bool same(const Json& expected, const Json& got) {
  if (expected.is_bool()) return got == Json(expected.get_bool() ? 1 : 0);
  if (expected.is_number() && got.is_number()) return expected.to_number<double>() == got.to_number<double>();
  if (expected.is_structured()) {
    if (!got.is_string()) return false;
    auto inside = parse_json(as_text(got));
    return inside && sorted(*inside) == sorted(expected);
  }
  return expected == got;
}

// What is wrong with the answer; nothing where it is as expected.
std::string difference(const query::Answer& answer, const RuleCase& wanted) {
  const auto column = [&](std::string_view name) {
    return static_cast<size_t>(std::find(answer.columns.begin(), answer.columns.end(), name) -
                               answer.columns.begin());
  };
  const size_t id = column("resource_id");
  std::vector<const std::vector<Json>*> left;
  for (const auto& row : answer.rows) left.push_back(&row);
  for (const JsonObject& expected : wanted.expect) {
    const auto found = std::find_if(
        left.begin(), left.end(), [&](const auto* row) { return (*row)[id] == expected.at("resource_id"); });
    const std::string named = to_json(expected.at("resource_id"));
    if (found == left.end()) return "no finding on " + named;
    for (const auto& [key, value] : expected) {
      const size_t at = column(std::string_view(key));
      if (at == answer.columns.size()) return "the answer has no column '" + std::string(key) + "'";
      if (!same(value, (**found)[at]))
        return "of " + named + ", " + std::string(key) + " is " + to_json((**found)[at]) + " and not " +
               to_json(value);
    }
    left.erase(found);
  }
  return left.empty() ? std::string()
                      : "a finding on " + to_json((*left.front())[id]) + " that is not expected";
}

// The same of an answer whose rows have no one column that names them.
std::string unnamed_difference(const query::Answer& answer, const RuleCase& wanted) {
  std::vector<JsonObject> left;
  left.reserve(answer.rows.size());
  for (const auto& row : answer.rows) {
    JsonObject& one = left.emplace_back();
    for (size_t i = 0; i < answer.columns.size(); ++i) one[answer.columns[i]] = row[i];
  }
  for (const JsonObject& expected : wanted.expect) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const JsonObject& row) {
      return std::all_of(expected.begin(), expected.end(), [&](const auto& cell) {
        const Json* got = row.if_contains(cell.key());
        return got != nullptr && same(cell.value(), *got);
      });
    });
    if (found == left.end()) return "no row is " + to_json(expected);
    left.erase(found);
  }
  return left.empty() ? std::string() : to_json(left.front()) + " is not expected";
}

Result<query::Answer> answer_to(const std::string& sql, const JsonObject& parameters, const RuleCase& one,
                                query::QueryDatabase& database) {
  Status given = database.write([&](query::Writer& writer) -> Status {
    HM_DO(writer.clear());
    return give(writer, database.tables(), one.given);
  });
  if (!given.has_value()) return std::move(given.error());
  HM_TRY(auto together, database.run_together({{sql, bind_parameters(parameters, one.now), {}}},
                                              identity::Scope::everything()));
  return std::move(together.answers.front());
}

Result<std::string> run_case(const catalog::Quota& quota, const RuleCase& one,
                             query::QueryDatabase& database) {
  HM_TRY(const auto answer, answer_to(quota.sql, {}, one, database));
  return unnamed_difference(answer, one);
}

Result<std::string> run_case(const catalog::Rule& rule, const RuleCase& one, query::QueryDatabase& database) {
  JsonObject parameters = default_parameters(rule);
  for (const auto& [key, value] : one.parameters) parameters[key] = value;
  HM_TRY(const auto answer, answer_to(rule.sql, parameters, one, database));
  const RowReader reader(answer.columns, rule.severity);
  for (const auto& row : answer.rows) {
    HM_TRY([[maybe_unused]] const auto found, reader.read(row));
  }
  return difference(answer, one);
}

template <typename Fact>
std::vector<Fault> run_all(const Fact& fact, const query::Shape& shape, query::QueryDatabase& database) {
  std::vector<Fault> faults;
  for (size_t i = 0; i < fact.cases.size(); ++i) {
    const RuleCase& one = fact.cases[i];
    const std::string named =
        one.title.empty() ? "case " + std::to_string(i + 1) : "case '" + one.title + "'";
    for (const auto& [table, rows] : one.given) {
      if (!shape.reads.contains(std::string(table)))
        faults.push_back(
            {fact.source, one.line, named + ": the SQL does not read '" + std::string(table) + "'"});
    }
    const auto wrong = run_case(fact, one, database);
    if (!wrong) {
      faults.push_back({fact.source, one.line, named + ": " + wrong.error().message});
    } else if (!wrong->empty()) {
      faults.push_back({fact.source, one.line, named + ": " + *wrong});
    }
  }
  return faults;
}

}  // namespace

std::vector<Fault> run_cases(const catalog::Rule& rule, const query::Shape& shape,
                             query::QueryDatabase& database) {
  return run_all(rule, shape, database);
}

std::vector<Fault> run_cases(const catalog::Quota& quota, const query::Shape& shape,
                             query::QueryDatabase& database) {
  return run_all(quota, shape, database);
}

}  // namespace hm::rules
