#include "query/query.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>

#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/sync.h"
#include "query/disposable_file.h"
#include "query/sandbox.h"
#include "query/view_sql.h"
#include "store/link.h"

namespace hm::query {
namespace {

// The memory of queries is counted together, so few run at once; others wait a little.
constexpr int kMostAtOnce = 4;
constexpr std::chrono::seconds kWaitLimit{5};
// Raised when the meaning of the tables changes without their columns changing.
constexpr std::string_view kFormat = "2";

std::string hash_of(const std::vector<TableSpec>& specs) {
  std::string text(kFormat);
  for (const TableSpec& spec : specs)
    text += create_table_sql(spec) + create_indexes_sql(spec) + spec.made_of + "\n";
  return sha256_hex(text).substr(0, 16);
}

std::string index_script(const std::vector<TableSpec>& specs) {
  std::string script;
  for (const TableSpec& spec : specs) script += create_indexes_sql(spec);
  return script;
}

std::string create_script(const std::vector<TableSpec>& specs) {
  std::string script = "insert into hm_base_meta values ('source', ''), ('seq', '0');";
  for (const TableSpec& spec : specs) script += create_table_sql(spec);
  return script;
}

class LinkWriter final : public Writer {
 public:
  LinkWriter(store::Link& link, const std::vector<TableSpec>& specs) : link_(link), specs_(specs) {}

  Result<Position> position() override {
    Position position;
    HM_DO(link_.each("select key, value from hm_base_meta", {}, [&](const store::Row& row) -> Status {
      if (row.text(0) == "source") position.source = row.string(1);
      if (row.text(0) == "seq") position.seq = row.integer(1);
      return ok();
    }));
    return position;
  }

  Status set_position(const Position& position) override {
    HM_DO(run("update hm_base_meta set value = $1 where key = 'source'", {position.source}));
    return run("update hm_base_meta set value = $1 where key = 'seq'", {std::to_string(position.seq)});
  }

  Status put(std::string_view table, int64_t id, store::Params values) override {
    return insert(target(table), id, nullptr, std::move(values));
  }

  Status remove(std::string_view table, int64_t id) override {
    return run("delete from " + base_name(table) + " where hm_base_id = $1", {id});
  }

  Status put_many(std::string_view table, int64_t owner, std::vector<store::Params> rows) override {
    const Target& found = target(table);
    HM_CHECK(found.many);
    HM_DO(run("delete from " + base_name(table) + " where hm_base_owner = $1", {owner}));
    for (store::Params& row : rows) HM_DO(insert(found, nullptr, owner, std::move(row)));
    return ok();
  }

  Status clear() override {
    for (const TableSpec& one : specs_)
      if (one.select.empty()) HM_DO(run("delete from " + base_name(one.name), {}));
    return set_position({});
  }

  Result<int64_t> bytes() override {
    int64_t product = 1;
    for (const char* sql : {"pragma page_count", "pragma page_size"}) {
      HM_DO(link_.each(sql, {}, [&](const store::Row& row) {
        product *= row.integer(0);
        return ok();
      }));
    }
    return product;
  }

 private:
  // What rows of a table go into; found once for all of them.
  struct Target {
    bool many = false;
    size_t columns = 0;
    std::string insert;
  };
  const Target& target(std::string_view table) {
    const auto known = targets_.find(table);
    if (known != targets_.end()) return known->second;
    const auto found =
        std::find_if(specs_.begin(), specs_.end(), [&](const TableSpec& one) { return one.name == table; });
    HM_CHECK(found != specs_.end() && found->select.empty());
    Target made{found->many, stored_columns(*found).size(), insert_sql(*found)};
    return targets_.emplace(std::string(table), std::move(made)).first->second;
  }
  Status insert(const Target& into, store::Value id, store::Value owner, store::Params values) {
    HM_CHECK(values.size() == into.columns);
    store::Params all;
    all.reserve(values.size() + 2);
    all.push_back(std::move(id));
    all.push_back(std::move(owner));
    for (store::Value& value : values) all.push_back(std::move(value));
    return run(into.insert, all);
  }
  Status run(std::string_view sql, const store::Params& params) {
    HM_TRY([[maybe_unused]] int64_t rows, link_.execute(sql, params));
    return ok();
  }

  store::Link& link_;
  const std::vector<TableSpec>& specs_;
  std::map<std::string, Target, std::less<>> targets_;
};

}  // namespace

struct QueryDatabase::Impl {
  std::string path;
  std::filesystem::path temporary;  // removed with the object
  std::vector<TableSpec> specs;
  Synced<std::unique_ptr<store::Link>> writer;
  Synced<int> running{0};
  std::atomic<bool> damaged{false};  // somebody met damage; the next writer makes the file anew

  // What is filled once and then read has its indexes made when it is full, which takes a fraction of the
  // time.
  std::string script() const {
    return temporary.empty() ? create_script(specs) + index_script(specs) : create_script(specs);
  }

  // Holds the writer's lock.
  Status mend(std::unique_ptr<store::Link>& link) {
    if (!damaged.exchange(false)) return ok();
    link.reset();
    remove_disposable(path);
    auto opened = open_disposable(path, script());
    damaged = !opened.has_value();
    if (!opened.has_value()) return std::move(opened.error()).context("making the query database anew");
    link = std::move(*opened);
    return ok();
  }
  void note(const Error& error) {
    if (error.kind == ErrorKind::corrupt) damaged = true;
  }

  ~Impl() {
    writer.with([](auto& link) { link.reset(); });
    std::error_code ignored;
    if (!temporary.empty()) std::filesystem::remove_all(temporary, ignored);
  }
};

QueryDatabase::QueryDatabase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
QueryDatabase::~QueryDatabase() = default;

Result<std::unique_ptr<QueryDatabase>> QueryDatabase::open(const std::string& directory,
                                                           std::vector<TableSpec> specs) {
  auto impl = std::make_unique<Impl>();
  const std::string name = "query-" + hash_of(specs) + ".db";
  impl->path = (std::filesystem::path(directory) / name).string();
  impl->specs = std::move(specs);
  auto link = open_or_remake(impl->path, impl->script());
  if (!link.has_value()) return std::move(link.error()).context("opening the query database " + impl->path);
  remove_unused(directory, "query-", name);
  impl->writer.with([&](auto& held) { held = std::move(*link); });
  return std::unique_ptr<QueryDatabase>(new QueryDatabase(std::move(impl)));
}

Result<std::unique_ptr<QueryDatabase>> QueryDatabase::open_temporary(const std::string& directory,
                                                                     std::vector<TableSpec> specs) {
  auto impl = std::make_unique<Impl>();
  impl->temporary = std::filesystem::path(directory) / ("query-at-" + hex(random_bytes(8)));
  impl->path = (impl->temporary / "query.db").string();
  impl->specs = std::move(specs);
  auto link = open_disposable(impl->path, impl->script());
  if (!link.has_value()) return std::move(link.error()).context("making a temporary query database");
  // What is written once and then read once need not be copied from the log into the file.
  HM_DO((*link)->script("pragma wal_autocheckpoint=0").context("making a temporary query database"));
  impl->writer.with([&](auto& held) { held = std::move(*link); });
  return std::unique_ptr<QueryDatabase>(new QueryDatabase(std::move(impl)));
}

const std::vector<TableSpec>& QueryDatabase::tables() const { return impl_->specs; }

Result<Position> QueryDatabase::position() {
  return impl_->writer.with([&](auto& link) -> Result<Position> {
    HM_DO(impl_->mend(link));
    auto position = LinkWriter(*link, impl_->specs).position();
    if (!position.has_value()) impl_->note(position.error());
    return position;
  });
}

Status QueryDatabase::write(const std::function<Status(Writer&)>& f) {
  return impl_->writer.with([&](auto& link) -> Status {
    HM_DO(impl_->mend(link));
    HM_DO(link->begin(true));
    LinkWriter writer(*link, impl_->specs);
    Status status = f(writer);
    if (status.has_value() && !impl_->temporary.empty()) status = link->script(index_script(impl_->specs));
    if (status.has_value()) status = link->commit();
    if (status.has_value()) return status;
    link->rollback();
    impl_->note(status.error());
    return status;
  });
}

Result<Answer> QueryDatabase::run(std::string_view sql, const Scope& scope, const Limits& limits,
                                  const std::stop_token& stop) {
  HM_TRY(Together together, run_together({{std::string(sql), {}, limits}}, scope, stop));
  return std::move(together.answers.front());
}

Result<QueryDatabase::Together> QueryDatabase::run_together(const std::vector<Statement>& statements,
                                                            const Scope& scope, const std::stop_token& stop) {
  const bool granted = impl_->running.wait_for(
      kWaitLimit, [](int running) { return running < kMostAtOnce; },
      [](int& running) {
        if (running >= kMostAtOnce) return false;
        ++running;
        return true;
      });
  if (!granted)
    return make_error(ErrorKind::unavailable, "busy", "too many queries are running; try again shortly");
  auto together = run_in_sandbox(impl_->path, impl_->specs, statements, scope, stop);
  impl_->running.with([](int& running) { --running; });
  impl_->running.notify();
  if (!together.has_value()) impl_->note(together.error());
  return together;
}

Result<Shape> QueryDatabase::describe(std::string_view sql) {
  return describe_in_sandbox(impl_->path, impl_->specs, sql);
}

}  // namespace hm::query
