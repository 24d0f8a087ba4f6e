// Whether what a rule read about a resource is known. It is not where
//   - the latest sweep of a type that the rule looks at was not ok, or is too old, in a place within the
//   rule's reach;
//   - a column that the SQL names could not be read, of the resource itself or of a row that it is compared
//   with.
// An unknown outcome never opens a finding, never resolves one and never counts as passed.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "query/query.h"
#include "rules/active_rule.h"

namespace hm::rules {

struct Subject {
  std::string id;
  std::string type;
  std::string account_id;
  std::string region;        // where it lives
  std::string place_region;  // of the sweeps that list it
  std::vector<std::string> unknown_parts;
};

struct Doubt {
  std::string code;  // not_swept, stale, unreadable, or the outcome of the sweep
  std::string text;
};

// The types whose sweeps stand behind a rule, by what its SQL reads; nothing: all of the catalog.
std::optional<std::set<std::string>> types_behind(const catalog::Rule& rule, const query::Shape& shape,
                                                  const catalog::Catalog& catalog);

class Certainty {
 public:
  // All outlive it.
  Certainty(const ActiveRule& rule, const query::Shape& shape, const catalog::Catalog& catalog, Time now);

  // What must be asked on the snapshot of the rule, and the answers in the same order.
  std::vector<query::Statement> statements() const;
  void read(std::span<const query::Answer> answers);

  // Why the outcome of the resource is unknown: an index of doubts(); nothing: it is known.
  std::optional<size_t> doubt(const Subject& subject);
  const std::vector<Doubt>& doubts() const { return doubts_; }
  // A doubt that comes from elsewhere.
  size_t add(std::string code, std::string text);

  // The places where resources that the rule judges may be, and why it is not known which are there.
  struct PlaceDoubt {
    std::string account_id;
    std::string region;
    std::optional<size_t> doubt;
  };
  std::vector<PlaceDoubt> places();

 private:
  struct SweepFact {
    std::string outcome;
    std::string code;
    std::optional<Time> ok_at;
  };
  using Place = std::pair<std::string, std::string>;  // account, region

  bool judges(const std::string& type) const;
  query::Statement sweeps_statement(const query::Limits& limits) const;
  void read_sweeps(const query::Answer& answer);
  void read_parts(const query::Answer& answer);
  void read_table(const catalog::ResourceType& type, const query::Answer& answer);
  // Of a row of the type's table: resource_id, account_id, region, unknown.
  std::string place_region(const catalog::ResourceType& type, const std::vector<Json>& row) const;
  std::optional<size_t> judge_place(const catalog::ResourceType& type, const Place& place);
  // Whether it is known which regions the account uses.
  std::optional<size_t> judge_regions(const std::string& account);
  std::optional<size_t> judge_type(const catalog::ResourceType& type, const Subject& subject);
  std::optional<size_t> judge_group(const Subject& subject);
  std::optional<size_t> own_parts(const Subject& subject);

  const catalog::Rule& rule_;
  const query::Shape& shape_;
  const catalog::Catalog& catalog_;
  const Time now_;
  std::vector<const catalog::ResourceType*> tables_;    // typed tables that the SQL reads
  std::vector<const catalog::ResourceType*> compared_;  // these and what the rule needs
  bool reads_resource_ = false;                         // or tag
  bool reads_relation_ = false;
  std::map<std::string, std::map<Place, SweepFact>> sweeps_;    // by type
  std::map<std::string, std::set<std::string>> regions_;        // of an account, without global
  std::unordered_map<std::string, std::string> place_regions_;  // of resources with parts that are not known
  std::unordered_map<std::string, size_t> rows_;                // resource id -> its own unreadable columns
  std::map<std::string, std::map<Place, size_t>> unreadable_;   // type -> place -> rows that lack a column
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::optional<size_t>> groups_;
  std::vector<Doubt> doubts_;
  std::map<std::string, size_t> known_doubts_;
};

}  // namespace hm::rules
