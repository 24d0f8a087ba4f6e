// Reading the inventory, for the API and the commands. Every function takes the Scope of who asks: what lies
// outside it does not exist for the answer, neither as a row nor in a count nor as the other end of a
// relation.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "identity/scope.h"
#include "inventory/compare.h"
#include "inventory/inventory.h"
#include "inventory/payload.h"
#include "store/database.h"

namespace hm::inventory {

using identity::Scope;

// One condition of a filter; a list of them is joined by AND.
struct Condition {
  enum class Field {
    type,            // "ec2/instance"
    service,         // "ec2": the part of the type before the slash
    region,          //
    account,         // account id
    name,            //
    id,              // AWS's id of it (the catalog's key), or HostMaster's
    arn,             //
    state,           //
    tag,             // `key`, with any of the values; without values: has the tag
    created_before,  // `at`
    created_after,   // `at`
    gone,            // without it, only what is not gone is found
    unknown,         // something of it could not be read
    untagged,        // bears no tag, all of it could be read (else its tags may be what is unknown), and
                     // its type is one of `values`: those whose tags are read at all
    owner,           // who owns it, as tags and CloudTrail tell, once resolve_owners() (owner.h) has asked
    word,            // what the search finds by it, once Search::resolve() has asked
  };
  Field field = Field::word;
  bool negated = false;
  std::vector<std::string> values;  // any of them; `*` stands for anything, except in `word`
  std::string key;                  // of the tag
  std::optional<Time> at;
  std::shared_ptr<const std::vector<int64_t>>
      numbers{};  // of `owner` and `word`: the resources; many, so conditions share it
};
constexpr size_t kMostConditions = 50;
constexpr size_t kMostValues = 200;

enum class Sort { name, type, account, region, state, created_at, first_seen };

struct ListQuery {
  std::vector<Condition> conditions;
  Sort sort = Sort::name;
  bool descending = false;
  std::string cursor;  // from the page before; empty: the first
  int limit = 100;     // capped at 1,000
};

struct Resource {
  std::string id;  // HostMaster's: 16 hexadecimal digits
  Place place;     // where it was listed
  std::string key;
  std::string region;
  std::string arn;
  std::string name;   // may be empty
  std::string label;  // the name, or else the key
  std::string state;
  std::optional<Time> created_at;
  Time first_seen;
  std::optional<Time> swept_at;  // the last ok sweep that covers it
  std::optional<Time> gone_at;
  std::map<std::string, std::string> tags;
  std::map<std::string, UnknownPart> unknown;
};

struct Page {
  std::vector<Resource> items;
  int64_t total = 0;        // of the whole filtered set
  std::string next_cursor;  // empty: that was the last page
};

// Errors: invalid "cursor" (of another list), "filter" (too many conditions), unavailable "no_search" (a word
// that nobody asked the search for).
Result<Page> list_resources(store::Database& database, const Scope& scope, const ListQuery& query);

struct Count {
  std::string value;
  int64_t count = 0;
};
// The most frequent values of one kind over the filtered set, most frequent first, with how many are not
// listed.
struct Counts {
  std::vector<Count> values;
  int64_t more = 0;
};
struct Facets {
  int64_t total = 0;  // of the filtered set
  Counts type, account, region, state;
};
// All of them from one pass; `limit` values of each.
Result<Facets> count_facets(store::Database& database, const Scope& scope,
                            const std::vector<Condition>& conditions, int limit);
// Resources that bear no tag, as `Condition::Field::untagged` finds them. `types`: those whose tags are read.
struct Untagged {
  int64_t count = 0;
  int64_t undecided =
      0;  // no tag is known of them, and something of them could not be read: there may be more
};
Result<Untagged> count_untagged(store::Database& database, const Scope& scope,
                                const std::vector<std::string>& types);

struct RelatedResource {
  std::string name;  // "vpc"
  bool outgoing = true;
  std::string type;                  // of the other end
  std::string target;                // as the document has it
  std::optional<Resource> resource;  // the other end, where it is in the inventory and in scope
};

struct Detail {
  Resource resource;
  State state;                             // document, readings; of what is gone, the last one there was
  std::vector<RelatedResource> relations;  // at most 500 each way
  int64_t versions = 0;
};
// not_found where there is none or it lies outside the scope: the answer does not tell which.
Result<Detail> get_resource(store::Database& database, const Scope& scope, std::string_view id);

constexpr size_t kMostVisibleIds = 1000;
// Which of these ids (at most kMostVisibleIds) exist within the scope: for feeds that hold ids alone.
Result<std::set<std::string>> visible_ids(store::Database& database, const Scope& scope,
                                          const std::vector<std::string>& ids);

struct Version {
  int64_t version = 0;
  std::string kind;  // as of an Event (changes.h)
  Time valid_from;
  std::optional<Time> valid_to;
  std::optional<Time> seen_before;  // as of an Event
  Comparison comparison;  // with the version before; of what came back, with the last that was there
  bool compared_with_none = false;  // there was one before, and it is not kept any more
};
struct History {
  Resource resource;              // as it is now
  std::vector<Version> versions;  // newest first
  int64_t next_before = 0;        // pass as `before` for the next page; 0: that was all
};
// `before`: only versions with a smaller number; 0: from the newest.
Result<History> get_history(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                            std::string_view id, int64_t before, int limit);

struct SweepState {
  Place place;
  Outcome outcome = Outcome::failed;
  Json error;  // {kind, code, message, notes}; {} where ok
  Time started_at;
  std::chrono::microseconds duration{0};
  int64_t calls = 0;
  std::optional<Time> ok_at;        // of the last ok sweep
  std::optional<int64_t> ok_count;  // resources that it saw
};
// The types of which there is a sweep, whether the catalog has them or not.
Result<std::vector<std::string>> swept_types(store::Database& database);
// The latest sweep of each place, ordered by account, region and type; with `only`, of that outcome alone.
// There may be some hundred thousand: where numbers are enough, tally_sweeps has them, and page_sweeps a
// part.
Result<std::vector<SweepState>> list_sweeps(store::Database& database, const Scope& scope,
                                            std::optional<Outcome> only = std::nullopt);
struct SweepQuery {
  std::vector<Outcome> outcomes;  // any of them; empty: all
  std::string type;               // empty: all
  int64_t start = 0;              // how many to pass over
  int limit = 100;                // capped at 1,000
};
struct SweepPage {
  std::vector<SweepState> sweeps;
  int64_t total = 0;  // that fit
};
// A page of list_sweeps.
Result<SweepPage> page_sweeps(store::Database& database, const Scope& scope, const SweepQuery& query);
// By account, the first sweep of list_sweeps that was made and was not ok.
Result<std::vector<SweepState>> first_problems(store::Database& database, const Scope& scope);

// The latest sweeps of one region with one outcome.
struct SweepGroup {
  std::string account_id, region;
  Outcome outcome = Outcome::failed;
  int64_t places = 0;
  std::optional<Time> oldest_ok, newest_ok;  // of their last ok sweeps
  std::optional<int64_t> ok_count;           // resources that those saw
};
// Ordered by account and region.
Result<std::vector<SweepGroup>> tally_sweeps(store::Database& database, const Scope& scope);

// The latest sweeps of one type with one outcome.
struct TypeSweeps {
  std::string type;
  Outcome outcome = Outcome::failed;
  int64_t places = 0;
  std::optional<Time> oldest_ok;  // of their last ok sweeps
};
// Ordered by type.
Result<std::vector<TypeSweeps>> tally_types(store::Database& database, const Scope& scope);

struct UnknownField {
  std::string type;
  std::string what;
  std::string code;
  std::string reason;
  int64_t resources = 0;
  std::string example_id;
};
// What could not be read of single resources, grouped; most frequent first.
Result<std::vector<UnknownField>> list_unknown(store::Database& database, const Scope& scope);

}  // namespace hm::inventory
