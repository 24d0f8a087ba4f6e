#include <cerrno>
#include <charconv>
#include <unordered_map>

#include <sqlite3.h>

#include "base/check.h"
#include "store/link.h"
#include "store/sqlite_memory.h"

namespace hm::store {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Of SQLite's virtual machine; some tens of microseconds.
constexpr int kStepsPerLook = 1000;
constexpr std::string_view kCorruptRemedy =
    "the database file is damaged or is no SQLite file: move it away and run `hostmaster restore` with the "
    "latest "
    "backup";

Error translate(sqlite3* db, int code) {
  std::string message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make_error(ErrorKind::unavailable, "busy", "another process is writing to the database");
    case SQLITE_FULL:
      return make_error(ErrorKind::exhausted, "disk_full", "the disk that holds the database is full");
    case SQLITE_IOERR:
      if (db != nullptr && sqlite3_system_errno(db) == ENOSPC)
        return make_error(ErrorKind::exhausted, "disk_full", "the disk that holds the database is full");
      return make_error(ErrorKind::unavailable, "io", "the disk answers with an error: " + message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make_error(ErrorKind::corrupt, "corrupt_file", std::string(kCorruptRemedy));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return make_error(ErrorKind::denied, "not_writable",
                        message + ": check the permissions of the data directory");
    case SQLITE_INTERRUPT:
      return make_error(ErrorKind::cancelled, "interrupted", "stopped");
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return make_error(ErrorKind::exhausted, "too_big", message);
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return make_error(ErrorKind::conflict, "unique", message);
      if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return make_error(ErrorKind::conflict, "foreign_key", message);
      return make_error(ErrorKind::invalid, "constraint", message);
    default:
      return make_error(ErrorKind::internal, "sql", message);
  }
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};

struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::vector<size_t> order;  // parameter index - 1 -> which of the caller's values
};

int bind_value(sqlite3_stmt* statement, int index, const Value& value) {
  return std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) return sqlite3_bind_null(statement, index);
        if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, bool>)
          return sqlite3_bind_int64(statement, index, held);
        if constexpr (std::is_same_v<T, double>) return sqlite3_bind_double(statement, index, held);
        // The parameters outlive the step, so SQLite need not copy them.
        if constexpr (std::is_same_v<T, std::string>)
          return sqlite3_bind_text64(statement, index, held.data(), held.size(), SQLITE_STATIC, SQLITE_UTF8);
        if constexpr (std::is_same_v<T, Blob>)
          return sqlite3_bind_blob64(statement, index, held.bytes.data(), held.bytes.size(), SQLITE_STATIC);
      },
      value.held());
}

void read_row(sqlite3_stmt* statement, std::vector<Row::Cell>& cells) {
  using Kind = Row::Cell::Kind;
  cells.resize(static_cast<size_t>(sqlite3_column_count(statement)));
  for (size_t i = 0; i < cells.size(); ++i) {
    const int column = static_cast<int>(i);
    Row::Cell& cell = cells[i];
    cell = {};
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_NULL:
        break;
      case SQLITE_INTEGER:
        cell.kind = Kind::integer;
        cell.integer = sqlite3_column_int64(statement, column);
        break;
      case SQLITE_FLOAT:
        cell.kind = Kind::real;
        cell.real = sqlite3_column_double(statement, column);
        break;
      default: {
        cell.kind = Kind::bytes;
        const void* bytes = sqlite3_column_blob(statement, column);
        cell.bytes = {static_cast<const char*>(bytes),
                      static_cast<size_t>(sqlite3_column_bytes(statement, column))};
      }
    }
  }
}

// Looks a statement up without a copy of its text.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

class SqliteLink final : public Link {
 public:
  SqliteLink(std::unique_ptr<sqlite3, Close> db, const SqliteOptions& options)
      : db_(std::move(db)), time_limit_(options.time_limit) {
    if (time_limit_) sqlite3_progress_handler(db_.get(), kStepsPerLook, is_too_late, this);
  }
  ~SqliteLink() override { prepared_.clear(); }

  Dialect dialect() const override { return Dialect::sqlite; }
  bool alive() const override { return true; }

  // A reader's snapshot begins with its first statement, which is what `begin` means here.
  Status begin(bool writing) override {
    if (time_limit_) deadline_ = SteadyClock::now() + *time_limit_;
    return script(writing ? "begin immediate" : "begin");
  }
  Status commit() override { return script("commit"); }
  void rollback() override {
    deadline_.reset();
    if (sqlite3_get_autocommit(db_.get()) == 0) static_cast<void>(script("rollback").has_value());
  }

  Status each(std::string_view sql, const Params& params,
              const std::function<Status(const Row&)>& f) override {
    HM_TRY(Statement * statement, prepare(sql));
    HM_DO(bind(*statement, params));
    HM_CHECK(!stepping_);
    stepping_ = true;
    Status status = step_all(statement->handle.get(), f);
    stepping_ = false;
    sqlite3_reset(statement->handle.get());
    return status;
  }

  Result<int64_t> execute(std::string_view sql, const Params& params) override {
    HM_TRY(Statement * statement, prepare(sql));
    return run(*statement, params);
  }

  Result<int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows) override {
    HM_TRY(Statement * statement, prepare(sql));
    int64_t changed = 0;
    for (const Params& row : rows) {
      HM_TRY(int64_t count, run(*statement, row));
      changed += count;
    }
    return changed;
  }

  Status script(const std::string& sql) override {
    const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failure();
    return ok();
  }

  // Where it cannot be mapped, it is read as ever.
  void expect_scan(bool scanning) override {
    sqlite3_exec(db_.get(), scanning ? "pragma mmap_size=1099511627776" : "pragma mmap_size=0", nullptr,
                 nullptr, nullptr);
  }

  Error failure() {
    const int code = sqlite3_extended_errcode(db_.get());
    if (code == SQLITE_INTERRUPT && time_limit_)
      return make_error(ErrorKind::timeout, "too_slow", "the database took too long to answer");
    return translate(db_.get(), code);
  }

 private:
  Result<Statement*> prepare(std::string_view sql) {
    auto found = prepared_.find(sql);
    if (found != prepared_.end()) return &found->second;
    if (prepared_.size() >= kMaxPrepared) prepared_.clear();
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return failure();
    Statement statement;
    statement.handle.reset(raw);
    // SQLite takes $1 for a name and counts parameters as they appear; the number in the name is what is
    // meant.
    for (int i = 1; i <= sqlite3_bind_parameter_count(raw); ++i) {
      const char* name = sqlite3_bind_parameter_name(raw, i);
      size_t number = 0;
      if (name != nullptr && name[0] == '$') {
        const std::string_view digits(name + 1);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
      }
      HM_CHECK(number > 0);
      statement.order.push_back(number - 1);
    }
    return &prepared_.emplace(std::string(sql), std::move(statement)).first->second;
  }

  Status bind(Statement& statement, const Params& params) {
    for (size_t i = 0; i < statement.order.size(); ++i) {
      HM_CHECK(statement.order[i] < params.size());
      if (bind_value(statement.handle.get(), static_cast<int>(i + 1), params[statement.order[i]]) !=
          SQLITE_OK)
        return failure();
    }
    return ok();
  }

  Result<int64_t> run(Statement& statement, const Params& params) {
    HM_DO(bind(statement, params));
    HM_CHECK(!stepping_);
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement.handle.get());
    const bool done = code == SQLITE_DONE;
    const int64_t changed = sqlite3_stmt_readonly(statement.handle.get()) ? 0 : sqlite3_changes64(db_.get());
    Status status = done ? ok() : Status(failure());
    sqlite3_reset(statement.handle.get());
    if (!status.has_value()) return std::move(status.error());
    return changed;
  }

  Status step_all(sqlite3_stmt* statement, const std::function<Status(const Row&)>& f) {
    const Row row(cells_);
    while (true) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return ok();
      if (code != SQLITE_ROW) return failure();
      read_row(statement, cells_);
      HM_DO(f(row));
    }
  }

  static int is_too_late(void* link) {
    const auto& deadline = static_cast<const SqliteLink*>(link)->deadline_;
    return deadline && SteadyClock::now() > *deadline ? 1 : 0;
  }

  std::unique_ptr<sqlite3, Close> db_;
  const std::optional<std::chrono::milliseconds> time_limit_;
  std::optional<SteadyClock::time_point> deadline_;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> prepared_;
  std::vector<Row::Cell> cells_;
  bool stepping_ = false;
};

}  // namespace

Result<std::unique_ptr<Link>> open_sqlite(const std::string& path, const SqliteOptions& options) {
  meter_sqlite_memory();
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options.create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<sqlite3, Close> db(raw);
  if (code != SQLITE_OK) return translate(raw, code).context("opening " + path);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, static_cast<int>(options.busy_limit.count()));
  auto link = std::make_unique<SqliteLink>(std::move(db), options);
  // NORMAL loses the last commits at a power cut but never tears the file. A reader of 8 MB of pages is
  // enough for paged lists, the writer keeps more because upserts touch scattered index pages.
  HM_DO(
      link->script(
              "pragma journal_mode=wal; pragma synchronous=normal; pragma foreign_keys=on;"
              "pragma trusted_schema=off; pragma journal_size_limit=67108864; pragma wal_autocheckpoint=4000")
          .context("opening " + path));
  HM_DO(link->script(options.reader ? "pragma query_only=on; pragma cache_size=-8192"
                                    : "pragma cache_size=-65536")
            .context("opening " + path));
  return link;
}

}  // namespace hm::store
