// The one store: SQLite by default, PostgreSQL by URL, the same SQL for both.
//
//   HM_TRY(auto database, store::Database::open("sqlite:/var/lib/hostmaster/hostmaster.db", clock));
//   HM_TRY(auto names, database->read("listing users", [](store::Reader& reader) {
//     return reader.all("select name from app_user where role = $1 order by name", {"admin"},
//                       [](const store::Row& row) { return row.string(0); });
//   }));
//   HM_DO(database->write("adding a user", [&](store::Transaction& transaction) -> Status {
//     HM_DO(transaction.run("insert into app_user (id, name) values ($1, $2)", {id, name}));
//     transaction.changed("user", id);  // the change log, in the same commit
//     return ok();
//   }));
//
// Placeholders are $1, $2, …, and one may stand several times. PostgreSQL infers the type of each from where
// it stands; where nothing says it, write cast($1 as text). Store SQL never looks into JSON.
//
// Failures: unavailable (the server is away, the file is locked: try later), exhausted "disk_full", corrupt
// "corrupt_file", conflict "unique" / "foreign_key", internal for faulty SQL. Errors name what was being
// done, never a parameter.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/dictionaries.h"
#include "store/memo.h"
#include "store/value.h"

namespace hm::store {

enum class Dialect { sqlite, postgres };
std::string_view to_string(Dialect dialect);

class Link;  // one connection of either dialect

// Reads from one snapshot. Lives for the one call of the function it is given to; not thread-safe.
class Reader {
 public:
  explicit Reader(Link& link) : link_(link) {}
  Dialect dialect() const;

  // Calls f for each row, in order; a failure of f ends it. f must not use this reader.
  Status each(std::string_view sql, const Params& params, const std::function<Status(const Row&)>& f);

  // f(row) of every row. Hold the answer small with a `limit`.
  template <class F>
  auto all(std::string_view sql, const Params& params, F&& f)
      -> Result<std::vector<std::invoke_result_t<F&, const Row&>>> {
    std::vector<std::invoke_result_t<F&, const Row&>> found;
    HM_DO(each(sql, params, [&](const Row& row) -> Status {
      found.push_back(f(row));
      return ok();
    }));
    return found;
  }
  // f(row) of the first row, or nothing.
  template <class F>
  auto one(std::string_view sql, const Params& params, F&& f)
      -> Result<std::optional<std::invoke_result_t<F&, const Row&>>> {
    std::optional<std::invoke_result_t<F&, const Row&>> found;
    HM_DO(each(sql, params, [&](const Row& row) -> Status {
      if (!found.has_value()) found.emplace(f(row));
      return ok();
    }));
    return found;
  }
  // The single integer of an aggregate; 0 where there is no row or it is NULL.
  Result<int64_t> number(std::string_view sql, const Params& params = {});

 protected:
  friend class Scanning;
  Link& link_;
};

// What is read while it lives is much of the store, in no order that it lies in. SQLite then maps the file,
// which spares copying a page for each row; not always, since every connection would count the file as its
// memory.
class Scanning {
 public:
  explicit Scanning(Reader& reader);
  ~Scanning();
  Scanning(const Scanning&) = delete;
  Scanning& operator=(const Scanning&) = delete;

 private:
  Link& link_;
};

struct Change {
  int64_t seq = 0;
  std::string
      noun;  // "resource", "user", "sweep"; "outcome" where a sweep ended otherwise than the one before
  std::string id;
  Time at;
};

// Reads its own writes. Committed when the function it is given to returns success, else undone.
class Transaction : public Reader {
 public:
  using Reader::Reader;

  // Rows changed. With RETURNING, use each/all/one.
  Result<int64_t> execute(std::string_view sql, const Params& params = {});
  Status run(std::string_view sql, const Params& params = {});
  // The same statement for many rows: prepared once, pipelined on PostgreSQL. Sum of rows changed.
  Result<int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows);
  // Appends to the change log when this transaction commits.
  void changed(std::string_view noun, std::string_view id);
  const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<Change> changes_;
};

struct OpenOptions {
  bool create = true;   // SQLite: make the file (mode 0600) and its directory (0700)
  bool migrate = true;  // bring the schema up to this binary's
  bool server = false;  // others see that it is there (store/served.h); SQLite: only one may be
  int connections = 8;  // PostgreSQL: at most; SQLite: readers, beside the one writer
  std::chrono::milliseconds wait_limit{10'000};  // for a free connection, and for SQLite's write lock
};

// Thread-safe. A write inside a write of the same thread is a bug and stops the program.
class Database {
 public:
  // `sqlite:/path/file.db`, a plain path, `postgres://…` or `postgresql://…`. The clock must outlive it.
  static Result<std::unique_ptr<Database>> open(std::string_view url, const Clock& clock,
                                                const OpenOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Dialect dialect() const;
  const Clock& clock() const;
  // Without user name, password or parameters: for logs and `doctor`.
  std::string place() const;

  // f(Transaction&) -> Result<T>, named by what it is doing ("recording a sweep"). f may run several times:
  // it is tried again, at most 5 times, after a serialization failure, a deadlock, a busy file or a
  // connection lost before the commit. A connection lost during the commit is `unavailable`, code
  // "commit_unknown".
  template <class F>
  auto write(std::string_view doing, F&& f) -> std::invoke_result_t<F&, Transaction&> {
    std::optional<std::invoke_result_t<F&, Transaction&>> result;
    Status status = run_write(doing, [&](Transaction& transaction) -> Status {
      result.emplace(f(transaction));
      if (!result->has_value()) return result->error();
      return ok();
    });
    if (!status.has_value()) return std::move(status.error());
    return std::move(*result);
  }
  // f(Reader&) -> Result<T> on one snapshot. Does not wait for writers.
  template <class F>
  auto read(std::string_view doing, F&& f) -> std::invoke_result_t<F&, Reader&> {
    std::optional<std::invoke_result_t<F&, Reader&>> result;
    Status status = run_read(doing, [&](Reader& reader) -> Status {
      result.emplace(f(reader));
      if (!result->has_value()) return result->error();
      return ok();
    });
    if (!status.has_value()) return std::move(status.error());
    return std::move(*result);
  }

  // The change log after `position`, oldest first, at most `limit` (capped at 10,000). Sequence numbers grow
  // in commit order without holes being filled later, so a follower that keeps its position misses nothing.
  // An error of kind not_found, code "trimmed", says that the log no longer reaches back to `position`: start
  // again from the whole.
  Result<std::vector<Change>> follow(int64_t position, int limit);
  Result<int64_t> last_change();
  // Forgets changes older than `keep`; the newest is always kept.
  Result<int64_t> trim_changes(std::chrono::hours keep);
  // Returns when a change after `position` is likely, when `limit` has passed or when asked to stop. A hint:
  // ask follow().
  void wait_for_change(int64_t position, std::chrono::milliseconds limit, std::stop_token stop);

  // A random name that this database keeps for life and a restored copy does not share: followers store it
  // beside their position, since a position means nothing in another database.
  Result<std::string> identity();

  // What is asked for again and again, kept while it holds.
  Memo& memo() { return memo_; }

  // Those that this process has read of the dictionaries that documents are packed with.
  Dictionaries& dictionaries() { return dictionaries_; }

  // One cheap round trip: for /readyz.
  Status ping();

  struct Impl;

 private:
  explicit Database(std::unique_ptr<Impl> impl);
  Status run_write(std::string_view doing, const std::function<Status(Transaction&)>& f);
  Status run_read(std::string_view doing, const std::function<Status(Reader&)>& f);
  std::unique_ptr<Impl> impl_;
  Memo memo_;
  Dictionaries dictionaries_;
};

}  // namespace hm::store
