#include "store/database.h"

#include <algorithm>
#include <mutex>

#include "base/check.h"
#include "base/crypto.h"
#include "store/change_log.h"
#include "store/link.h"
#include "store/listener.h"
#include "store/migrations.h"
#include "store/pool.h"
#include "store/sqlite_file.h"

namespace hm::store {
namespace {

constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kFirstPause{20};

// Which database this thread is writing to: a write inside a write would wait for itself.
thread_local const Database::Impl* writing_to = nullptr;

bool is_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

// "postgres://host/database": what stands between the credentials and the parameters.
std::string public_place(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const size_t at = rest.rfind('@');
  const std::string_view host = at == std::string_view::npos ? rest : rest.substr(at + 1);
  return "postgres://" + std::string(host.substr(0, host.find('?')));
}

bool worth_another_try(const Error& error) {
  return error.code == "busy" || (error.code == "disconnected" && error.kind == ErrorKind::unavailable);
}

}  // namespace

struct Database::Impl {
  Impl(const Clock& clock_in, Dialect dialect_in, std::string place_in)
      : clock(clock_in), dialect(dialect_in), place(std::move(place_in)) {}

  const Clock& clock;
  const Dialect dialect;
  const std::string place;
  std::string url;  // PostgreSQL's, credentials and all
  std::unique_ptr<ServerLock> server_lock;
  std::unique_ptr<Pool> readers;
  std::unique_ptr<Pool> writers;  // SQLite: one; PostgreSQL: unused, readers serve both
  Synced<int64_t> heard{0};
  Synced<bool> present{false};  // PostgreSQL: others see that this server is there
  std::once_flag listening;
  std::unique_ptr<Listener> listener;  // last: its thread uses `heard` and `present`

  Pool& writing_pool() { return writers != nullptr ? *writers : *readers; }

  void hear(int64_t seq) {
    heard.with([&](int64_t& last) { last = std::max(last, seq); });
    heard.notify();
  }

  void listen(bool server) {
    std::call_once(listening, [&] {
      listener = std::make_unique<Listener>(url, server,
                                            Listener::Callbacks{[this](int64_t seq) { hear(seq); },
                                                                [this] {
                                                                  present.with([](bool& is) { is = true; });
                                                                  present.notify();
                                                                }});
    });
  }

  // Returns when others can see that this server is there.
  Status announce(std::chrono::milliseconds limit) {
    listen(true);
    const bool seen = present.wait_for(
        limit, [](bool is) { return is; }, [](bool& is) { return is; });
    if (seen) return ok();
    return make_error(ErrorKind::unavailable, "no_listener",
                      "the database " + place + " gives no connection to listen on");
  }

  Status attempt_write(const std::function<Status(Transaction&)>& f);
  Status attempt_read(const std::function<Status(Reader&)>& f);
  Status retry(std::string_view doing, const std::function<Status()>& attempt);
};

Status Database::Impl::attempt_write(const std::function<Status(Transaction&)>& f) {
  HM_TRY(Pool::Loan link, writing_pool().borrow());
  HM_DO(link->begin(true));
  Transaction transaction(*link);
  Status status = f(transaction);
  int64_t last = 0;
  if (status.has_value() && !transaction.changes().empty()) {
    auto appended = append_changes(transaction, clock.now());
    if (appended.has_value()) last = *appended;
    if (!appended.has_value()) status = std::move(appended.error());
  }
  if (status.has_value() && last > 0 && dialect == Dialect::postgres)
    status = link->script("select pg_notify('" + std::string(kChangeChannel) + "', '" + std::to_string(last) +
                          "')");
  if (!status.has_value()) {
    link->rollback();
    return status;
  }
  status = link->commit();
  if (!status.has_value()) {
    if (!link->alive())
      return make_error(
          ErrorKind::unavailable, "commit_unknown",
          "the connection was lost during the commit: it is not known whether the change was stored");
    link->rollback();
    return status;
  }
  if (last > 0) hear(last);
  return ok();
}

Status Database::Impl::attempt_read(const std::function<Status(Reader&)>& f) {
  HM_TRY(Pool::Loan link, readers->borrow());
  HM_DO(link->begin(false));
  Reader reader(*link);
  Status status = f(reader);
  link->rollback();
  return status;
}

Status Database::Impl::retry(std::string_view doing, const std::function<Status()>& attempt) {
  std::chrono::milliseconds pause = kFirstPause;
  for (int i = 1;; ++i) {
    Status status = attempt();
    if (status.has_value()) return ok();
    if (i == kAttempts || !worth_another_try(status.error()))
      return std::move(status).context(std::string(doing));
    // The clock is const for its readers, so the pause is the system's: milliseconds, and only after a
    // conflict.
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Dialect Database::dialect() const { return impl_->dialect; }
const Clock& Database::clock() const { return impl_->clock; }
std::string Database::place() const { return impl_->place; }

Result<std::unique_ptr<Database>> Database::open(std::string_view url, const Clock& clock,
                                                 const OpenOptions& options) {
  const bool postgres = is_postgres(url);
  std::string path(url.starts_with("sqlite:") ? url.substr(7) : url);
  if (path.starts_with("//")) path = path.substr(path.find_first_not_of('/') - 1);
  if (path.empty() || (!postgres && path.find("://") != std::string::npos))
    return make_error(ErrorKind::invalid, "database_url",
                      "a database is sqlite:/path/file.db, a path, or postgres://user@host/database");
  auto impl = std::make_unique<Impl>(clock, postgres ? Dialect::postgres : Dialect::sqlite,
                                     postgres ? public_place(url) : path);
  if (postgres) {
    impl->url = std::string(url);
    impl->readers = std::make_unique<Pool>(options.connections, options.wait_limit,
                                           [target = impl->url] { return open_postgres(target); });
  } else {
    HM_DO(prepare_private_file(path, options.create));
    if (options.server) {
      HM_TRY(impl->server_lock, ServerLock::take(path));
    }
    const SqliteOptions writer{.create = options.create, .reader = false, .busy_limit = options.wait_limit};
    SqliteOptions reader = writer;
    reader.reader = true;
    impl->writers =
        std::make_unique<Pool>(1, options.wait_limit, [path, writer] { return open_sqlite(path, writer); });
    impl->readers = std::make_unique<Pool>(options.connections, options.wait_limit,
                                           [path, reader] { return open_sqlite(path, reader); });
  }
  {
    HM_TRY(Pool::Loan link, impl->writing_pool().borrow());
    Status fit = options.migrate ? migrate(*link, embedded_migrations(), clock)
                                 : check_migrations(*link, embedded_migrations());
    if (!fit.has_value()) return std::move(fit.error()).context("opening the database " + impl->place);
  }
  std::unique_ptr<Database> database(new Database(std::move(impl)));
  if (postgres && options.server) {
    // Its key is made of the identity.
    HM_TRY([[maybe_unused]] const std::string name, database->identity());
    HM_DO(database->impl_->announce(options.wait_limit));
  }
  return database;
}

Status Database::run_write(std::string_view doing, const std::function<Status(Transaction&)>& f) {
  HM_CHECK(writing_to != impl_.get());
  return impl_->retry(doing, [&]() -> Status {
    const Impl* before = std::exchange(writing_to, impl_.get());
    Status status = impl_->attempt_write(f);
    writing_to = before;
    return status;
  });
}

Status Database::run_read(std::string_view doing, const std::function<Status(Reader&)>& f) {
  return impl_->retry(doing, [&] { return impl_->attempt_read(f); });
}

Result<std::vector<Change>> Database::follow(int64_t position, int limit) {
  return read("reading the change log",
              [&](Reader& reader) { return read_changes(reader, position, limit); });
}

Result<int64_t> Database::last_change() {
  return read("reading the change log",
              [](Reader& reader) { return reader.number("select last from change_counter where id = 1"); });
}

Result<int64_t> Database::trim_changes(std::chrono::hours keep) {
  const Time before = impl_->clock.now() - keep;
  return write("trimming the change log",
               [&](Transaction& transaction) { return drop_changes(transaction, before); });
}

void Database::wait_for_change(int64_t position, std::chrono::milliseconds limit, std::stop_token stop) {
  if (impl_->dialect == Dialect::postgres) {
    impl_->listen(false);
  }
  const std::stop_token token = std::move(stop);
  // Taking the lock before waking closes the gap between the look at `stop` and the wait.
  const std::stop_callback wake(token, [this] {
    impl_->heard.with([](int64_t&) {});
    impl_->heard.notify();
  });
  impl_->heard.wait_for(
      limit, [&](int64_t last) { return last > position || token.stop_requested(); }, [](int64_t&) {});
}

Status Database::ping() {
  return run_read("asking the database", [](Reader& reader) -> Status {
    HM_TRY([[maybe_unused]] int64_t one, reader.number("select last from change_counter where id = 1"));
    return ok();
  });
}

Result<std::string> Database::identity() {
  const auto find = [](Reader& reader) {
    return reader.one("select value from store_meta where key = 'identity'", {},
                      [](const Row& row) { return row.string(0); });
  };
  // Asked at every step of every follower, which must go on while nothing can be written.
  HM_TRY(auto known, read("reading the database's identity", find));
  if (known) return std::move(*known);
  const std::string fresh = random_uuid();
  return write(
      "giving the database an identity the database's identity",
      [&](Transaction& transaction) -> Result<std::string> {
        HM_DO(transaction.run(
            "insert into store_meta (key, value) values ('identity', $1) on conflict (key) do nothing",
            {fresh}));
        HM_TRY(auto found, find(transaction));
        return found.value_or(fresh);
      });
}

}  // namespace hm::store
