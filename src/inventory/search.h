// The search over the inventory: an index of its own that follows the change log (query/text_index.h has what
// a word finds and in which order), and what it answers to people.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "catalog/catalog.h"
#include "inventory/read.h"
#include "query/text_index.h"
#include "store/database.h"

namespace hm::inventory {

// Whether the index has everything that the store has.
struct Freshness {
  bool behind = false;        // something of the scope has changed since: an answer may lack it
  std::optional<Time> as_of;  // up to when it has everything; nothing: it is being made for the first time
};

struct SearchHit {
  std::string id;  // HostMaster's
  std::string type, key;
  std::string label;  // the name, or else the key
  std::string account_id, region, state;
  std::optional<Time> gone_at;
  std::vector<query::TextField> matched;  // why it was found: "name", "id", "arn", a column, "tag:env"
};
struct SearchAnswer {
  std::vector<SearchHit> items;
  bool more = false;
  Freshness freshness;
};

// What people type: words, and `is:gone` for what is gone.
struct SearchQuestion {
  query::Words words;
  bool gone = false;
};
// Error: invalid "search" with the reason, where there is no word or there are too many.
Result<SearchQuestion> parse_search(std::string_view text);

// Thread-safe, but catch_up() is for one thread. Another process may follow with the same file.
class Search {
 public:
  // Opens or makes the index in `directory`. The others outlive it.
  static Result<std::unique_ptr<Search>> open(const std::string& directory, store::Database& database,
                                              const catalog::Catalog& catalog);

  // Brings the index up to the store, in steps of bounded size, until the end or a stop: first what was there
  // before, then what the change log holds since. Begins anew where its position is of another database or
  // older than the log. Returns the number of resources and changes that were read.
  Result<int64_t> catch_up(const std::stop_token& stop = {});
  // Up to where the change log has been followed.
  Result<int64_t> position();

  // The best `limit` of what the scope may see. Errors: invalid "search", unavailable "search_damaged" (it is
  // being made anew).
  Result<SearchAnswer> find(const SearchQuestion& question, const Scope& scope, int limit);
  // Answers the bare words of a filter, so that list_resources() and count_by() can take it. Says nothing
  // where the filter has none.
  Result<std::optional<Freshness>> resolve(std::vector<Condition>& conditions, const Scope& scope);
  // Where the bare words of the filter stand in these resources: the names of fields, by the resource's id.
  Result<std::map<std::string, std::vector<std::string>>> why(const std::vector<Resource>& resources,
                                                              const std::vector<Condition>& conditions);

  query::TextIndex& index() { return *index_; }

 private:
  Search(store::Database& database, const catalog::Catalog& catalog, std::unique_ptr<query::TextIndex> index,
         std::string source)
      : database_(database), catalog_(catalog), index_(std::move(index)), source_(std::move(source)) {}
  Result<int64_t> step();
  Result<int64_t> read_on(const query::TextProgress& progress);
  Result<int64_t> follow(const query::TextProgress& progress);
  Status begin_anew();
  // Nothing where the index holds another store's resources, which nobody here may see.
  Result<std::optional<query::TextProgress>> reached();
  Freshness freshness(const std::optional<query::TextProgress>& progress, const Scope& scope);

  store::Database& database_;
  const catalog::Catalog& catalog_;
  const std::unique_ptr<query::TextIndex> index_;
  const std::string source_;                 // the store's identity
  Synced<std::optional<Time>> complete_at_;  // when catch_up() last found nothing that it did not have
};

}  // namespace hm::inventory
