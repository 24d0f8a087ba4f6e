// The query database: a separate, disposable SQLite file with one typed table per resource type, for the SQL
// of users, of rules and of the past. What its tables are is passed in; it knows nothing of AWS.
//
// Users see views alone, with their scope inside. A statement passes a check of its text (the reserved prefix
// of the base tables never stands in it), one prepare, an authorizer that allows reading the views and
// nothing else, and limits on time, steps, memory, rows and bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "catalog/column_type.h"
#include "identity/scope.h"
#include "store/value.h"

namespace hm::query {

using catalog::ColumnType;
using identity::Scope;

// A text that holds it is refused, in whatever case.
constexpr std::string_view kReservedPrefix = "hm_base_";

struct ColumnSpec {
  std::string name;  // snake_case; it is trusted, as all of a spec
  ColumnType type = ColumnType::text;
  std::string description;
  // Stored and usable in `sql`, but not in the view.
  bool hidden = false;
  // Not stored: an expression over the row `t` and other base tables, written {table}.
  std::string sql{};
};

struct TableSpec {
  std::string name;  // "aws_ebs_volume"
  std::string title;
  std::vector<ColumnSpec> columns;
  // The columns that the scope speaks of; empty where the table has no such column and is seen by all.
  std::string account_column = "account_id";
  std::string region_column = "region";
  // By which rows of an account are looked up, as `not exists (... where account_id = ... and volume_id =
  // ...)` does for each row of another table.
  std::string key_column{};
  std::vector<std::string> indexes{};  // "type, region"
  bool indexed = true;  // false: all is read through, so that the indexes above are not worth making
  // Many rows belong to one owner and are replaced together (tags of a resource).
  bool many = false;
  // What the rows are made of beside the columns: where it changes, the rows that are there no longer hold
  // and all are made anew.
  std::string made_of{};
  // A view without a table of its own: a SELECT over base tables, written {table}, with {scope} where the
  // scope goes.
  std::string select{};
};

struct Limits {
  std::chrono::milliseconds time{10'000};
  int64_t steps = 2'000'000'000;  // instructions of SQLite's machine
  int64_t rows = 10'000;
  int64_t result_bytes = 16 << 20;
  int64_t memory_bytes = 256 << 20;  // all that SQLite takes for this statement, while it is prepared too
};
// Longer values cannot be made by a query, and are not stored.
constexpr int kMostValueBytes = 1'000'000;
constexpr size_t kMostSqlBytes = 100'000;

struct Answer {
  std::vector<std::string> columns;
  std::vector<std::vector<Json>> rows;  // null, integers, doubles, strings (of bytes: hexadecimal)
  bool truncated = false;               // there were more rows, or more bytes, than the limits allow
  std::chrono::microseconds elapsed{0};
  std::vector<std::string> tables;                     // the views that it read
  std::map<std::string, std::set<std::string>> reads;  // each of them -> the columns that it named
};

// Values of a statement's parameters (":days"), by name without the colon.
using NamedValues = std::map<std::string, store::Value, std::less<>>;

struct Statement {
  std::string sql;
  NamedValues values{};
  Limits limits{};
};

// What a statement would do, known from preparing it.
struct Shape {
  std::vector<std::string> columns;     // of its answer
  std::vector<std::string> parameters;  // without the colon
  // View -> the columns of it that the statement names; none where it only counts its rows.
  std::map<std::string, std::set<std::string>> reads;
};

// How far the change log of which store has been followed.
struct Position {
  std::string source;
  int64_t seq = 0;
};

// Fills the tables within one transaction. Values stand in the order of the spec's stored columns.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual Result<Position> position() = 0;
  virtual Status set_position(const Position& position) = 0;
  // The row `id` of a table becomes these values.
  virtual Status put(std::string_view table, int64_t id, store::Params values) = 0;
  virtual Status remove(std::string_view table, int64_t id) = 0;
  // For tables of `many`: the rows of the owner become these.
  virtual Status put_many(std::string_view table, int64_t owner, std::vector<store::Params> rows) = 0;
  virtual Status clear() = 0;
  // How large the file is by now.
  virtual Result<int64_t> bytes() = 0;
};

// Thread-safe: one writer at a time, readers never wait for it.
class QueryDatabase {
 public:
  // Opens or makes `directory`/query-<hash of the specs>.db, mode 0600. A file that is damaged, or was open
  // when the machine went down, is made anew: everything in it can be made again from the store.
  static Result<std::unique_ptr<QueryDatabase>> open(const std::string& directory,
                                                     std::vector<TableSpec> specs);
  // A file that vanishes with the object: for answers about the past.
  static Result<std::unique_ptr<QueryDatabase>> open_temporary(const std::string& directory,
                                                               std::vector<TableSpec> specs);
  ~QueryDatabase();

  const std::vector<TableSpec>& tables() const;

  Result<Position> position();
  // f(Writer&) in one transaction, which is undone if f fails. Other processes may write too.
  Status write(const std::function<Status(Writer&)>& f);

  // One SELECT by a user. Errors, whose messages speak only of what the scope may see: denied
  // "query_refused", invalid "query_invalid", exhausted "query_limit", cancelled, unavailable "busy" (too
  // many queries at once).
  Result<Answer> run(std::string_view sql, const Scope& scope, const Limits& limits = {},
                     const std::stop_token& stop = {});
  // Several statements on one snapshot, in order: what one says fits what the others say. With the position
  // that the snapshot reflects.
  struct Together {
    Position position;
    std::vector<Answer> answers;
  };
  Result<Together> run_together(const std::vector<Statement>& statements, const Scope& scope,
                                const std::stop_token& stop = {});
  // Checks and prepares a statement without running it. The errors are those of run().
  Result<Shape> describe(std::string_view sql);

 private:
  struct Impl;
  explicit QueryDatabase(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The tables of which a text may speak: those whose name stands in it anywhere.
std::vector<std::string> named_tables(std::string_view sql, const std::vector<TableSpec>& specs);

}  // namespace hm::query
