// One connection, of either dialect: what Database's pool holds. Used by one thread at a time.
//
// Error codes that Database acts upon: "busy" (try the transaction again), "disconnected" (the link is dead).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/value.h"

namespace hm::store {

class Link {
 public:
  virtual ~Link() = default;
  virtual Dialect dialect() const = 0;
  // One that reads may begin with its first statement.
  virtual Status begin(bool writing) = 0;
  virtual Status commit() = 0;
  // Leaves the link without an open transaction, or dead; whether so, may be told by the next begin().
  virtual void rollback() = 0;
  // False once the other side has gone: the link must be thrown away.
  virtual bool alive() const = 0;

  virtual Status each(std::string_view sql, const Params& params,
                      const std::function<Status(const Row&)>& f) = 0;
  virtual Result<int64_t> execute(std::string_view sql, const Params& params) = 0;
  virtual Result<int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows) = 0;
  // Whether much of the store is read next (see Scanning).
  virtual void expect_scan(bool scanning) { static_cast<void>(scanning); }
  // Several statements without parameters, for migrations.
  virtual Status script(const std::string& sql) = 0;
};

// Prepared statements a link keeps before it begins anew. The texts follow the shapes of filters and the
// sizes of pages, of which people use few; whoever tries them all makes others wait for plans, and no more.
constexpr size_t kMaxPrepared = 512;

struct SqliteOptions {
  bool create = true;
  bool reader = false;  // refuses writes
  std::chrono::milliseconds busy_limit{10'000};
  // From its begin() a transaction may take so long; then statements fail with timeout "too_slow". Looked at
  // while a statement works, so what takes no work is never refused.
  std::optional<std::chrono::milliseconds> time_limit{};
};
Result<std::unique_ptr<Link>> open_sqlite(const std::string& path, const SqliteOptions& options);
Result<std::unique_ptr<Link>> open_postgres(const std::string& url);

}  // namespace hm::store
