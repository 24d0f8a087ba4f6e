// Fills the tables of a past moment from stored versions. Unpacking documents and writing rows take longer
// than reading them, so both are done batch by batch on other threads, which write in turn, while the next
// are read.
#pragma once

#include <chrono>
#include <deque>
#include <future>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "inventory/payload.h"
#include "inventory/projection.h"

namespace hm::inventory {

// When filling ends before everything is there.
struct FillLimits {
  std::chrono::steady_clock::time_point deadline;
  const std::stop_token& stop;
};

// Of a type's table the columns that a statement reads: the others need no values. Null where all are needed,
// as for `unknown`, which tells of all of them.
const std::set<std::string>* columns_read(const query::Shape& shape, const std::string& table);

// For one thread, which owns it, and the writer until finish(). Whatever goes in outlives it. The tables of
// types are narrowed to columns_read().
class PastFiller {
 public:
  PastFiller(query::Writer& writer, store::Database& database, const std::set<std::string>& tables,
             const query::Shape& shape, const FillLimits& limits)
      : writer_(writer),
        database_(database),
        tables_(tables),
        shape_(shape),
        limits_(limits),
        parts_(parts_read(tables, shape)) {}

  // First of all: the dictionaries that the reader's documents may name.
  Status learn(store::Reader& reader) { return PayloadCodec(database_).learn(reader); }

  // id, account_id, place_region, type, key, first_seen of a resource and the payload of its version. `type`
  // is null where the catalog no longer has it. Errors: exhausted "query_limit", cancelled, and, of a row
  // that was added before, corrupt.
  Status add(const catalog::ResourceType* type, const store::Row& row);
  // After the last row.
  Status finish();
  Status add_sweep(const Place& place, Time ok_at);

 private:
  struct Stored {
    const catalog::ResourceType* type;
    const TypedRows* typed;  // null where nobody reads the type's table
    RowFacts facts;
    std::string payload;
  };
  struct Made {
    const catalog::ResourceType* type;
    int64_t number;
    store::Params resource, typed;  // empty where nobody reads them
    std::vector<store::Params> tags, relations;
  };
  using Batch = std::vector<Stored>;
  using Rows = Result<std::vector<Made>>;
  using Done = std::shared_future<Status>;

  static StateParts parts_read(const std::set<std::string>& tables, const query::Shape& shape);
  Rows rows_of(const Batch& batch) const;
  const TypedRows* typed_rows(const catalog::ResourceType* type);
  Status start();
  Status await_oldest();
  Status put(Rows rows);
  Status check_time() const;

  query::Writer& writer_;
  store::Database& database_;
  const std::set<std::string>& tables_;
  const query::Shape& shape_;
  const FillLimits& limits_;
  const StateParts parts_;
  std::unordered_map<const catalog::ResourceType*, TypedRows> typed_;
  Batch batch_;
  Done last_;                 // of the batch begun last
  std::deque<Done> running_;  // in the order of the rows; their destructors wait
};

}  // namespace hm::inventory
