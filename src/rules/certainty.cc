#include "rules/certainty.h"

#include <algorithm>

#include "inventory/fresh.h"
#include "inventory/projection.h"

namespace hm::rules {
namespace {

constexpr std::string_view kGlobal = "global";
constexpr const char* kSweepsSql =
    "select account_id, region, type, outcome, error_code, swept_at from sweep";
constexpr const char* kSweepsOfSql =
    "select account_id, region, type, outcome, error_code, swept_at from sweep where type in (select value "
    "from json_each(:types))";
constexpr const char* kRegionsSql = "select distinct account_id, region from sweep where region <> 'global'";
constexpr const char* kPartsSql =
    "select id, type, account_id, place_region, unknown from resource where gone_at is null and unknown <> "
    "'[]'";

std::string text_of(const Json& cell) {
  return cell.is_string() ? std::string(as_text(cell)) : std::string();
}

std::vector<std::string> names_in(const Json& cell) {
  std::vector<std::string> names;
  auto list = cell.is_string() ? parse_json(as_text(cell)) : Result<Json>(Json());
  if (!list || !list->is_array()) return names;
  for (const Json& name : list->get_array())
    if (name.is_string()) names.emplace_back(as_text(name));
  return names;
}

bool is_fresh(const catalog::ResourceType& type, Time ok_at, Time now) {
  return now - ok_at <= inventory::fresh_for(type);
}

}  // namespace

std::optional<std::set<std::string>> types_behind(const catalog::Rule& rule, const query::Shape& shape,
                                                  const catalog::Catalog& catalog) {
  if (rule.resources.empty()) return std::nullopt;
  std::set<std::string> types(rule.resources.begin(), rule.resources.end());
  types.insert(rule.needs.begin(), rule.needs.end());
  for (const auto& [table, columns] : shape.reads)
    if (const auto* type = catalog.find_table(table)) types.insert(type->id);
  // Where it is not known which regions an account uses, whatever lies in regions is in doubt.
  types.insert(std::string(inventory::kRegionsType));
  return types;
}

Certainty::Certainty(const ActiveRule& rule, const query::Shape& shape, const catalog::Catalog& catalog,
                     Time now)
    : rule_(*rule.rule), shape_(shape), catalog_(catalog), now_(now) {
  std::set<const catalog::ResourceType*> compared;
  for (const auto& [table, columns] : shape.reads) {
    if (const auto* type = catalog.find_table(table)) {
      tables_.push_back(type);
      compared.insert(type);
    }
  }
  for (const std::string& need : rule_.needs)
    if (const auto* type = catalog.find(need)) compared.insert(type);
  compared_.assign(compared.begin(), compared.end());
  reads_resource_ = shape.reads.contains("resource") || shape.reads.contains("tag");
  reads_relation_ = shape.reads.contains("relation");
}

bool Certainty::judges(const std::string& type) const {
  return rule_.resources.empty() ||
         std::find(rule_.resources.begin(), rule_.resources.end(), type) != rule_.resources.end();
}

// A company has sweeps of a thousand types, and most rules ask for two or three of them.
query::Statement Certainty::sweeps_statement(const query::Limits& limits) const {
  const auto types = types_behind(rule_, shape_, catalog_);
  if (!types) return {kSweepsSql, {}, limits};
  JsonArray list;
  for (const std::string& type : *types) list.emplace_back(type);
  return {kSweepsOfSql, {{"types", to_json(list)}}, limits};
}

std::vector<query::Statement> Certainty::statements() const {
  const query::Limits limits{.rows = 10'000'000, .result_bytes = 512 << 20};
  std::vector<query::Statement> all = {
      sweeps_statement(limits), {kRegionsSql, {}, limits}, {kPartsSql, {}, limits}};
  for (const auto* type : tables_)
    all.push_back(
        {"select resource_id, account_id, region, unknown from " + type->table + " where unknown <> '[]'",
         {},
         limits});
  return all;
}

void Certainty::read(std::span<const query::Answer> answers) {
  read_sweeps(answers[0]);
  for (const auto& row : answers[1].rows) regions_[text_of(row[0])].insert(text_of(row[1]));
  read_parts(answers[2]);
  for (size_t i = 0; i < tables_.size(); ++i) read_table(*tables_[i], answers[i + 3]);
}

void Certainty::read_sweeps(const query::Answer& answer) {
  for (const auto& row : answer.rows) {
    const Place place{text_of(row[0]), text_of(row[1])};
    SweepFact fact{text_of(row[3]), text_of(row[4]), std::nullopt};
    if (auto at = parse_iso(text_of(row[5]))) fact.ok_at = *at;
    sweeps_[text_of(row[2])][place] = std::move(fact);
  }
}

// Of the tables of all types: which rows lack a part behind a column that is read.
void Certainty::read_parts(const query::Answer& answer) {
  for (const auto& row : answer.rows) {
    place_regions_.try_emplace(text_of(row[0]), text_of(row[3]));
    if (!reads_relation_) continue;
    const auto* type = catalog_.find(text_of(row[1]));
    if (type == nullptr || std::find(compared_.begin(), compared_.end(), type) == compared_.end()) continue;
    const auto behind = inventory::parts_behind(*type, "relation");
    const auto unknown = names_in(row[4]);
    const bool lacks = std::any_of(unknown.begin(), unknown.end(),
                                   [&](const std::string& part) { return behind.contains(part); });
    if (lacks)
      unreadable_[type->id].try_emplace(
          {text_of(row[2]), text_of(row[3])},
          add("unreadable", "what some " + type->id + " refer to could not be read"));
  }
}

void Certainty::read_table(const catalog::ResourceType& type, const query::Answer& answer) {
  const auto& columns = shape_.reads.at(type.table);
  for (const auto& row : answer.rows) {
    std::string lacking;
    for (const std::string& name : names_in(row[3]))
      if (columns.contains(name)) lacking += (lacking.empty() ? "" : ", ") + name;
    if (lacking.empty()) continue;
    const size_t why = add("unreadable", lacking + " of some " + type.id + " could not be read");
    // A row that is judged speaks for itself; one that others are compared with, for its whole place.
    if (judges(type.id)) {
      rows_.try_emplace(text_of(row[0]), why);
    } else {
      unreadable_[type.id].try_emplace({text_of(row[1]), place_region(type, row)}, why);
    }
  }
}

// Sweeps are of the place where a resource is listed, which for buckets is not where they live.
std::string Certainty::place_region(const catalog::ResourceType& type, const std::vector<Json>& row) const {
  const auto listed = place_regions_.find(text_of(row[0]));
  if (listed != place_regions_.end()) return listed->second;
  return type.scope == catalog::Scope::region ? text_of(row[2]) : std::string(kGlobal);
}

size_t Certainty::add(std::string code, std::string text) {
  const auto [found, fresh] = known_doubts_.try_emplace(code + " " + text, doubts_.size());
  if (fresh) doubts_.push_back({std::move(code), std::move(text)});
  return found->second;
}

std::optional<size_t> Certainty::judge_place(const catalog::ResourceType& type, const Place& place) {
  const std::string named = type.id + " in " + place.second + " of account " + place.first;
  const auto& of_type = sweeps_[type.id];
  const auto sweep = of_type.find(place);
  if (sweep == of_type.end() || sweep->second.outcome == "pending")
    return add("not_swept", named + " has not been looked at");
  const SweepFact& fact = sweep->second;
  if (fact.outcome != "ok")
    return add(fact.outcome, named + ": the latest look was " + fact.outcome +
                                 (fact.code.empty() ? std::string() : " (" + fact.code + ")"));
  if (!fact.ok_at || !is_fresh(type, *fact.ok_at, now_))
    return add("stale", named + " was last looked at " + (fact.ok_at ? format_iso(*fact.ok_at) : "never"));
  const auto& lacking = unreadable_[type.id];
  const auto found = lacking.find(place);
  return found == lacking.end() ? std::nullopt : std::optional(found->second);
}

std::optional<size_t> Certainty::judge_regions(const std::string& account) {
  const auto& asked = sweeps_[inventory::kRegionsType];
  const auto fact = asked.find({account, std::string(kGlobal)});
  if (fact == asked.end() || fact->second.outcome == "ok") return std::nullopt;
  return add(fact->second.outcome,
             "which regions account " + account + " uses could not be asked: " + fact->second.outcome +
                 (fact->second.code.empty() ? std::string() : " (" + fact->second.code + ")"));
}

// Of a type that the resource is compared with: the places that the rule's reach covers.
std::optional<size_t> Certainty::judge_type(const catalog::ResourceType& type, const Subject& subject) {
  std::vector<Place> places;
  const bool regional = type.scope == catalog::Scope::region;
  std::optional<size_t> elsewhere;  // why there may be more in regions that nobody knows of
  const auto add_account = [&](const std::string& account, const std::set<std::string>& regions) {
    if (!regional) places.emplace_back(account, kGlobal);
    if (!regional) return;
    for (const std::string& region : regions) places.emplace_back(account, region);
    if (!elsewhere) elsewhere = judge_regions(account);
  };
  if (rule_.reach == catalog::Reach::everything) {
    for (const auto& [account, regions] : regions_) add_account(account, regions);
  } else if (regional && rule_.reach == catalog::Reach::region && subject.region != kGlobal) {
    places.emplace_back(subject.account_id, subject.region);
  } else {
    add_account(subject.account_id, regions_[subject.account_id]);
  }
  if (places.empty()) return add("not_swept", type.id + " has not been looked at");
  for (const Place& place : places)
    if (const auto why = judge_place(type, place)) return why;
  return elsewhere;
}

std::optional<size_t> Certainty::judge_group(const Subject& subject) {
  const auto* own = catalog_.find(subject.type);
  if (own == nullptr) return add("not_swept", subject.type + " is no type of the catalog any more");
  if (const auto why = judge_place(*own, {subject.account_id, subject.place_region})) return why;
  for (const auto* type : compared_) {
    if (type == own) continue;
    if (const auto why = judge_type(*type, subject)) return why;
  }
  return std::nullopt;
}

std::optional<size_t> Certainty::own_parts(const Subject& subject) {
  if (!reads_resource_ || subject.unknown_parts.empty()) return std::nullopt;
  const auto* type = catalog_.find(subject.type);
  std::set<std::string> columns;
  if (const auto read = shape_.reads.find("resource"); read != shape_.reads.end()) columns = read->second;
  if (shape_.reads.contains("tag")) columns.insert("tags");
  for (const std::string& column : columns) {
    if (type == nullptr) break;
    const auto behind = inventory::parts_behind(*type, column);
    for (const std::string& part : subject.unknown_parts)
      if (behind.contains(part))
        return add("unreadable", column + " of some " + type->id + " could not be read");
  }
  return std::nullopt;
}

std::optional<size_t> Certainty::doubt(const Subject& subject) {
  const auto key = std::tuple(subject.type, subject.account_id, subject.region, subject.place_region);
  auto found = groups_.find(key);
  if (found == groups_.end()) found = groups_.emplace(key, judge_group(subject)).first;
  if (found->second) return found->second;
  if (const auto row = rows_.find(subject.id); row != rows_.end()) return row->second;
  return own_parts(subject);
}

std::vector<Certainty::PlaceDoubt> Certainty::places() {
  std::vector<PlaceDoubt> all;
  bool regional = false;
  for (const auto& type : catalog_.resources()) {
    if (!judges(type.id)) continue;
    regional |= type.scope == catalog::Scope::region;
    const auto of_type = sweeps_.find(type.id);
    if (of_type == sweeps_.end()) continue;
    std::vector<Place> places;
    for (const auto& [place, fact] : of_type->second) places.push_back(place);
    for (const Place& place : places) {
      std::optional<size_t> why;
      const SweepFact& fact = sweeps_[type.id][place];
      if (fact.outcome != "ok" || !fact.ok_at || !is_fresh(type, *fact.ok_at, now_))
        why = judge_place(type, place);
      all.push_back({place.first, place.second, why});
    }
  }
  for (const auto& [account, regions] : regions_)
    if (const auto why = regional ? judge_regions(account) : std::nullopt)
      all.push_back({account, std::string(kGlobal), why});
  return all;
}

}  // namespace hm::rules
