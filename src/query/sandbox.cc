#include "query/sandbox.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>

#include <sqlite3.h>

#include "base/check.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "query/functions.h"
#include "query/view_sql.h"
#include "store/sqlite_memory.h"

namespace hm::query {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Instructions between two looks at the limits: one of them can make a value of kMostValueBytes or match a
// LIKE against it, so few.
constexpr int kStepsPerLook = 25;
// Looks at the clock cost more than looks at a counter.
constexpr int64_t kLooksPerClock = 4;
constexpr int kBusyMs = 5'000;

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

Error refused(std::string why) { return make_error(ErrorKind::denied, "query_refused", std::move(why)); }

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

// Functions that reach out of the statement, or tell of the library instead of the data.
bool is_forbidden_function(std::string_view name) {
  static const std::set<std::string, std::less<>> kForbidden = {
      "load_extension", "fts3_tokenizer", "sqlite_offset", "readfile", "writefile", "edit", "sqlite_log",
      "sqlite_compileoption_get", "sqlite_compileoption_used", "sqlite_source_id", "last_insert_rowid",
      "changes", "total_changes", "matchinfo", "offsets", "snippet", "optimize", "rtreecheck",
      // Its time is the product of its arguments.
      "json_patch"};
  return kForbidden.contains(lower(name));
}

// What is asked of the authorizer while a statement is prepared. Base tables may be read by the views alone:
// a CTE can bear a view's name and so pass for one, which is why their names never get this far (see
// check_text).
struct Guard {
  std::set<std::string> views;
  std::set<std::string> base_tables;
  std::set<std::string> modules;                       // SQLite's own virtual tables
  std::map<std::string, std::set<std::string>> reads;  // views that the statement uses -> their columns

  int judge(int action, const char* first, const char* second, const char* database, const char* view) {
    switch (action) {
      case SQLITE_SELECT:
      case SQLITE_RECURSIVE:
        return SQLITE_OK;
      case SQLITE_FUNCTION:
        return second != nullptr && !is_forbidden_function(second) ? SQLITE_OK : SQLITE_DENY;
      case SQLITE_READ:
        // Of a view that has been merged into the statement, count(*) reads the base table, no column,
        // outside the view.
        return may_read(first != nullptr ? first : "", second != nullptr ? second : "",
                        database != nullptr ? database : "", view != nullptr)
                   ? SQLITE_OK
                   : SQLITE_DENY;
      default:
        return SQLITE_DENY;
    }
  }

  bool may_read(const std::string& table, const std::string& column, std::string_view database,
                bool through_view) {
    if (views.contains(table) && (database == "temp" || database.empty())) {
      auto& columns = reads[table];
      if (!column.empty()) columns.insert(column);
      return true;
    }
    if ((through_view || column.empty()) && (database == "main" || database.empty()) &&
        base_tables.contains(table)) {
      const std::string merged = table.substr(kReservedPrefix.size());
      if (views.contains(merged)) reads.try_emplace(merged);
      return true;
    }
    if (table == "json_each" || table == "json_tree") return true;
    // count(*) reads no column, and then SQLite names the table alone, which may be a CTE's or a subquery's.
    const std::string name = lower(table);
    return database.empty() && !name.starts_with("sqlite_") && !name.starts_with("pragma_") &&
           !name.starts_with(kReservedPrefix) && !modules.contains(name);
  }

  static int callback(void* self, int action, const char* first, const char* second, const char* database,
                      const char* view) {
    return static_cast<Guard*>(self)->judge(action, first, second, database, view);
  }
};

using store::SqliteBudget;
enum class Stopped { no, time, steps, memory, asked };

struct Watch {
  const Limits& limits;
  const std::stop_token& stop;
  const SqliteBudget& budget;
  SteadyClock::time_point deadline;
  int64_t looks = 0;
  Stopped why = Stopped::no;

  bool must_stop() {
    ++looks;
    return must_stop(looks % kLooksPerClock == 0);
  }
  bool must_stop(bool look_at_clock) {
    if (stop.stop_requested()) {
      why = Stopped::asked;
    } else if (looks * kStepsPerLook > limits.steps) {
      why = Stopped::steps;
    } else if (look_at_clock && SteadyClock::now() > deadline) {
      why = Stopped::time;
    }
    return why != Stopped::no;
  }
  static int callback(void* self) { return static_cast<Watch*>(self)->must_stop() ? 1 : 0; }
  Stopped stopped() const {
    if (why != Stopped::no || budget.spent() == SqliteBudget::Spent::no) return why;
    return budget.spent() == SqliteBudget::Spent::time ? Stopped::time : Stopped::memory;
  }
};

Error limit_error(Stopped why) {
  switch (why) {
    case Stopped::asked:
      return make_error(ErrorKind::cancelled, "cancelled", "the query was stopped");
    case Stopped::time:
      return make_error(ErrorKind::exhausted, "query_limit", "the query took longer than is allowed");
    case Stopped::steps:
      return make_error(ErrorKind::exhausted, "query_limit", "the query needed more steps than are allowed");
    default:
      return make_error(ErrorKind::exhausted, "query_limit", "the query needed more memory than is allowed");
  }
}

// Messages name views and columns; a base table's name would only puzzle.
std::string message_of(sqlite3* db) {
  std::string message = sqlite3_errmsg(db);
  for (size_t at = message.find(kReservedPrefix); at != std::string::npos; at = message.find(kReservedPrefix))
    message.erase(at, kReservedPrefix.size());
  return message;
}

Error translate(sqlite3* db) {
  const int code = sqlite3_errcode(db) & 0xff;
  switch (code) {
    case SQLITE_AUTH:
      return refused("the statement asks for something other than reading the tables: " + message_of(db));
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
    case SQLITE_FULL:
      return make_error(ErrorKind::exhausted, "query_limit",
                        "a value or an intermediate result grew too large");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_SCHEMA:
      return make_error(ErrorKind::unavailable, "busy",
                        "the query database is being rebuilt; try again shortly");
    case SQLITE_CANTOPEN:
      return make_error(ErrorKind::unavailable, "busy",
                        "the query database cannot be read at the moment: " + message_of(db));
    case SQLITE_IOERR:
      if (sqlite3_extended_errcode(db) != SQLITE_IOERR_SHORT_READ)
        return make_error(ErrorKind::unavailable, "busy",
                          "the query database cannot be read at the moment: " + message_of(db));
      [[fallthrough]];
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make_error(ErrorKind::corrupt, "query_database",
                        "the query database is damaged and will be made anew");
    default:
      return make_error(ErrorKind::invalid, "query_invalid", message_of(db));
  }
}

Error translate(sqlite3* db, const Watch& watch) {
  if (watch.stopped() != Stopped::no) return limit_error(watch.stopped());
  return translate(db);
}

Status check_text(std::string_view sql) {
  if (sql.size() > kMostSqlBytes)
    return make_error(ErrorKind::exhausted, "query_limit", "the statement is longer than 100,000 bytes");
  if (sql.find('\0') != std::string_view::npos) return refused("the statement holds a NUL character");
  if (lower(sql).find(kReservedPrefix) != std::string::npos)
    return refused("names that begin with " + std::string(kReservedPrefix) + " are reserved");
  return ok();
}

// A connection with what its functions ask while a statement runs on it.
struct Reader {
  Watch* watch = nullptr;  // of the statement that runs
  const MustStop must_stop = [this] { return watch != nullptr && watch->must_stop(true); };
  std::unique_ptr<sqlite3, Close> db;  // last: its functions point at `must_stop`
};

Result<std::unique_ptr<sqlite3, Close>> open_reader(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite3, Close> db(raw);
  // What says "corrupt" is made anew, so a lack of file descriptors or memory must not say so.
  std::error_code unsure;
  const bool gone = !std::filesystem::exists(path, unsure) && !unsure;
  if (gone || (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
    return make_error(ErrorKind::corrupt, "query_database",
                      "the query database cannot be opened and will be made anew");
  if (code != SQLITE_OK)
    return make_error(
        ErrorKind::unavailable, "busy",
        "the query database cannot be opened at the moment: " + std::string(sqlite3_errstr(code)));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyMs);
  return db;
}

// All statements until here are ours, so what SQLite does not accept has been lost from the file: emptied,
// for one.
Error not_ready(sqlite3* db) {
  Error error = translate(db);
  if (error.kind != ErrorKind::invalid) return error;
  return make_error(ErrorKind::corrupt, "query_database",
                    "the query database lacks its tables and will be made anew");
}

// Which position of the change log the snapshot reflects. The table is no view, so this comes before the
// guard.
Result<Position> read_position(sqlite3* db) {
  Position position;
  const auto add = [](void* into, int, char** values, char**) {
    auto& found = *static_cast<Position*>(into);
    const std::string value = values[1] != nullptr ? values[1] : "";
    if (std::string_view(values[0]) == "source") found.source = value;
    if (std::string_view(values[0]) == "seq")
      std::from_chars(value.data(), value.data() + value.size(), found.seq);
    return 0;
  };
  if (sqlite3_exec(db, "select key, value from hm_base_meta", add, &position, nullptr) != SQLITE_OK)
    return not_ready(db);
  return position;
}

Result<Position> prepare_connection(sqlite3* db, const std::vector<TableSpec>& specs, std::string_view sql,
                                    const Scope& scope, Guard& guard, const MustStop& must_stop) {
  // Temporary tables and sorting stay in memory, where they are counted.
  std::string script = "pragma temp_store=memory; pragma trusted_schema=off; pragma cache_size=-16384;";
  const auto add_module = [](void* modules, int, char** values, char**) {
    static_cast<std::set<std::string>*>(modules)->insert(lower(values[0] != nullptr ? values[0] : ""));
    return 0;
  };
  if (sqlite3_exec(db, "pragma module_list", add_module, &guard.modules, nullptr) != SQLITE_OK)
    return not_ready(db);
  for (const TableSpec& spec : specs)
    if (spec.select.empty()) guard.base_tables.insert(base_name(spec.name));
  for (const std::string& name : named_tables(sql, specs)) {
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&](const TableSpec& one) { return one.name == name; });
    guard.views.insert(name);
    script += create_view_sql(*spec, scope) + ";";
  }
  // SQLite makes these tables at their first use, which the authorizer would take for a CREATE TABLE. All
  // that follows sees one snapshot.
  script += "select 1 from json_each('[]'), json_tree('[]'); pragma query_only=on; begin;";
  if (sqlite3_exec(db, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK ||
      !add_functions(db, must_stop))
    return not_ready(db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
  constexpr std::pair<int, int> kSqliteLimits[] = {{SQLITE_LIMIT_LENGTH, kMostValueBytes},
                                                   {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(kMostSqlBytes)},
                                                   {SQLITE_LIMIT_COLUMN, 300},
                                                   {SQLITE_LIMIT_EXPR_DEPTH, 200},
                                                   {SQLITE_LIMIT_COMPOUND_SELECT, 50},
                                                   {SQLITE_LIMIT_VDBE_OP, 250'000},
                                                   {SQLITE_LIMIT_FUNCTION_ARG, 100},
                                                   {SQLITE_LIMIT_ATTACHED, 0},
                                                   {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 250},
                                                   {SQLITE_LIMIT_VARIABLE_NUMBER, 50},
                                                   {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                                   {SQLITE_LIMIT_WORKER_THREADS, 0}};
  for (const auto& [what, most] : kSqliteLimits) sqlite3_limit(db, what, most);
  HM_TRY(const Position position, read_position(db));
  sqlite3_set_authorizer(db, Guard::callback, &guard);
  return position;
}

Result<std::unique_ptr<sqlite3_stmt, Finalize>> prepare_one(sqlite3* db, const std::string& sql,
                                                            const Watch& watch) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int code = sqlite3_prepare_v2(db, sql.c_str(), static_cast<int>(sql.size() + 1), &raw, &tail);
  std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  if (code != SQLITE_OK) return translate(db, watch);
  if (raw == nullptr) return make_error(ErrorKind::invalid, "query_invalid", "there is no statement");
  // Only comments and spaces may follow: they prepare to nothing.
  sqlite3_stmt* second = nullptr;
  code = sqlite3_prepare_v2(db, tail, -1, &second, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalize> further(second);
  if (code != SQLITE_OK || second != nullptr) return refused("one statement at a time");
  if (sqlite3_stmt_isexplain(raw) != 0) return refused("EXPLAIN is not available");
  if (sqlite3_stmt_readonly(raw) == 0 || sqlite3_column_count(raw) == 0)
    return refused("only SELECT is available");
  return statement;
}

Result<std::vector<std::string>> parameters_of(sqlite3_stmt* statement) {
  std::vector<std::string> names;
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    if (name == nullptr || *name != ':')
      return make_error(ErrorKind::invalid, "query_invalid",
                        "the parameters of a statement must have names: write :name");
    names.emplace_back(name + 1);
  }
  return names;
}

void bind_one(sqlite3_stmt* statement, int at, const store::Value& value) {
  std::visit(
      [&](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) sqlite3_bind_null(statement, at);
        if constexpr (std::is_same_v<Held, int64_t>) sqlite3_bind_int64(statement, at, held);
        if constexpr (std::is_same_v<Held, bool>) sqlite3_bind_int(statement, at, held ? 1 : 0);
        if constexpr (std::is_same_v<Held, double>) sqlite3_bind_double(statement, at, held);
        if constexpr (std::is_same_v<Held, std::string>)
          sqlite3_bind_text64(statement, at, held.data(), held.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        if constexpr (std::is_same_v<Held, store::Blob>)
          sqlite3_bind_blob64(statement, at, held.bytes.data(), held.bytes.size(), SQLITE_TRANSIENT);
      },
      value.held());
}

Status bind_all(sqlite3_stmt* statement, const NamedValues& values) {
  HM_TRY(const auto names, parameters_of(statement));
  for (size_t i = 0; i < names.size(); ++i) {
    const auto found = values.find(names[i]);
    if (found == values.end())
      return make_error(ErrorKind::invalid, "query_invalid",
                        "the statement has the parameter :" + names[i] + ", and there is no value for it");
    bind_one(statement, static_cast<int>(i) + 1, found->second);
  }
  return ok();
}

Json cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      // A statement can make what is no text: char(55296).
      return Json(valid_utf8({text, static_cast<size_t>(sqlite3_column_bytes(statement, column))}));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return Json(hex({bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column))}));
    }
    default:
      return nullptr;
  }
}

Status collect(sqlite3* db, sqlite3_stmt* statement, const Limits& limits, const Watch& watch,
               Answer& answer) {
  const int columns = sqlite3_column_count(statement);
  for (int i = 0; i < columns; ++i) answer.columns.emplace_back(sqlite3_column_name(statement, i));
  int64_t bytes = 0;
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return ok();
    if (code != SQLITE_ROW) return translate(db, watch);
    // What a cell costs besides its bytes, so that millions of NULLs count too.
    constexpr int64_t kCellBytes = 16;
    for (int i = 0; i < columns; ++i) bytes += kCellBytes + sqlite3_column_bytes(statement, i);
    if (static_cast<int64_t>(answer.rows.size()) == limits.rows || bytes > limits.result_bytes) {
      answer.truncated = true;
      return ok();
    }
    std::vector<Json> row;
    row.reserve(static_cast<size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(cell_of(statement, i));
    answer.rows.push_back(std::move(row));
  }
}

Result<Answer> run_one(Reader& reader, Guard& guard, const Statement& statement,
                       const std::stop_token& stop) {
  sqlite3* db = reader.db.get();
  const auto started = SteadyClock::now();
  guard.reads.clear();
  const SqliteBudget budget(statement.limits.memory_bytes, started + statement.limits.time);
  Watch watch{.limits = statement.limits,
              .stop = stop,
              .budget = budget,
              .deadline = started + statement.limits.time};
  sqlite3_progress_handler(db, kStepsPerLook, Watch::callback, &watch);
  reader.watch = &watch;
  Answer answer;
  Status ran = ok();
  {
    auto prepared = prepare_one(db, statement.sql, watch);
    ran = prepared.has_value() ? bind_all(prepared->get(), statement.values) : Status(prepared.error());
    if (ran.has_value()) ran = collect(db, prepared->get(), statement.limits, watch, answer);
  }
  // The watch ends here, and nothing may point at it.
  sqlite3_progress_handler(db, 0, nullptr, nullptr);
  reader.watch = nullptr;
  if (!ran.has_value()) return std::move(ran.error());
  for (const auto& [view, columns] : guard.reads) answer.tables.push_back(view);
  answer.reads = guard.reads;
  answer.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started);
  return answer;
}

}  // namespace

Result<QueryDatabase::Together> run_in_sandbox(const std::string& path, const std::vector<TableSpec>& specs,
                                               const std::vector<Statement>& statements, const Scope& scope,
                                               const std::stop_token& stop) {
  std::string texts;
  for (const Statement& statement : statements) {
    HM_DO(check_text(statement.sql));
    texts += statement.sql + "\n";
  }
  // The guard outlives the connection that points at it.
  Guard guard;
  Reader reader;
  HM_TRY(reader.db, open_reader(path));
  QueryDatabase::Together together;
  HM_TRY(together.position,
         prepare_connection(reader.db.get(), specs, texts, scope, guard, reader.must_stop));
  for (const Statement& statement : statements) {
    HM_TRY(Answer answer, run_one(reader, guard, statement, stop));
    together.answers.push_back(std::move(answer));
  }
  return together;
}

Result<Shape> describe_in_sandbox(const std::string& path, const std::vector<TableSpec>& specs,
                                  std::string_view sql) {
  HM_DO(check_text(sql));
  Guard guard;
  Reader reader;
  HM_TRY(reader.db, open_reader(path));
  HM_DO(prepare_connection(reader.db.get(), specs, sql, Scope::everything(), guard, reader.must_stop));
  const Limits limits;
  const std::stop_token stop;
  const auto deadline = SteadyClock::now() + limits.time;
  const SqliteBudget budget(limits.memory_bytes, deadline);
  Watch watch{.limits = limits, .stop = stop, .budget = budget, .deadline = deadline};
  reader.watch = &watch;
  HM_TRY(const auto statement, prepare_one(reader.db.get(), std::string(sql), watch));
  Shape shape;
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
    shape.columns.emplace_back(sqlite3_column_name(statement.get(), i));
  HM_TRY(shape.parameters, parameters_of(statement.get()));
  shape.reads = guard.reads;
  return shape;
}

}  // namespace hm::query
