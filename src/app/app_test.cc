// The whole program in one process: sockets, store, gate.
#include "app/app.h"

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <gtest/gtest.h>

#include "app/parts.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/http_client.h"

namespace hm::app {
namespace {

// Stands until it is moved, and who sleeps by it waits for that.
class HeldClock final : public Clock {
 public:
  Time now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void sleep_for(Micros duration, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    const Time until = now_ + duration;
    ++sleeps_;
    moved_.notify_all();
    moved_.wait(lock, stop, [&] { return now_ >= until; });
  }
  void advance(Micros by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    moved_.notify_all();
  }
  int sleeps() const {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }
  // False: nobody went to sleep once more within half a minute.
  bool wait_for_sleep(int after) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, std::chrono::seconds(30), [&] { return sleeps_ > after; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  Time now_ = from_micros(1'795'435'200'000'000);
  int sleeps_ = 0;
};

class AppTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-app-" + hex(random_bytes(8)));
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  Result<Config> config(std::map<std::string, std::string> flags = {}) {
    flags.try_emplace("data_dir", directory_.string());
    flags.try_emplace("listen", "127.0.0.1:0");
    flags.try_emplace("roles", "api");
    return load_config({.file = "/dev/null", .flags = std::move(flags), .variable = nullptr});
  }
  HttpResponse ask(App& app, const std::string& path, const std::string& key = "") {
    HttpRequest request;
    request.url = app.url() + path;
    request.use_proxy = false;
    if (!key.empty()) request.headers.add("Authorization", "Bearer " + key);
    auto response = transport_->send(std::move(request));
    EXPECT_TRUE(response.has_value()) << path;
    return response.value_or(HttpResponse());
  }
  std::string code_of(const Config& wanted) {
    auto app = App::start(wanted, clock_);
    EXPECT_FALSE(app.has_value());
    return app ? "" : app.error().code;
  }

  std::filesystem::path directory_;
  SystemClock clock_;
  std::unique_ptr<HttpTransport> transport_ = make_curl_transport({});
};

TEST_F(AppTest, ServesFromAnEmptyDirectoryAndAgainAfterwards) {
  std::string secret;
  {
    auto app = App::start(config().value(), clock_);
    ASSERT_TRUE(app.has_value()) << app.error().text();
    EXPECT_EQ(ask(**app, "/healthz").status, 200);
    EXPECT_EQ(ask(**app, "/readyz").status, 200);
    EXPECT_EQ(ask(**app, "/").status, 200);
    EXPECT_EQ(ask(**app, "/api/v1/summary").status, 401);
    const auto link = (*app)->setup_link();
    ASSERT_TRUE(link.has_value() && link->has_value());
    EXPECT_TRUE((*link)->starts_with((*app)->url() + "/setup#token="));
    auto& parts = (*app)->parts();
    const identity::Actor actor{"test", identity::Via::cli, ""};
    ASSERT_TRUE(parts.users->add(actor, {"root", identity::Role::admin, {}, "correct horse battery", false})
                    .has_value());
    identity::Principal root;
    root.name = "root";
    root.role = identity::Role::admin;
    secret = parts.keys->add(root, {"k", identity::Role::admin, {}, 1})->secret;
    EXPECT_EQ(ask(**app, "/api/v1/summary", secret).status, 200);
    EXPECT_EQ(ask(**app, "/metrics", secret).status, 200);
  }
  auto again = App::start(config().value(), clock_);
  ASSERT_TRUE(again.has_value()) << again.error().text();
  EXPECT_EQ(ask(**again, "/api/v1/users", secret).status, 200);
  EXPECT_FALSE((*again)->setup_link()->has_value());
}

TEST_F(AppTest, SaysInOneLineWhyItCannotStart) {
  auto app = App::start(config().value(), clock_);
  ASSERT_TRUE(app.has_value()) << app.error().text();
  const std::string port = std::to_string((*app)->port());
  // The same port, with a store of its own.
  EXPECT_EQ(
      code_of(
          config({{"data_dir", (directory_ / "other").string()}, {"listen", "127.0.0.1:" + port}}).value()),
      "address_in_use");
  // The same store: one server process each.
  auto second = App::start(config().value(), clock_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, "server_running");
  EXPECT_NE(second.error().text().find("another HostMaster server"), std::string::npos);
  EXPECT_EQ(second.error().text().find('\n'), std::string::npos);
  // Commands stand beside it, and the place is free once it has ended.
  EXPECT_TRUE(store::Database::open(config()->store_url(), clock_).has_value());
  app->reset();
  EXPECT_TRUE(App::start(config().value(), clock_).has_value());

  EXPECT_EQ(
      code_of(config({{"tls_certificate_file", "/nowhere.pem"}, {"tls_private_key_file", "/nowhere.key"}})
                  .value()),
      "bad_certificate");
  std::ofstream(directory_ / "secret.key") << "nonsense";
  std::filesystem::permissions(directory_ / "secret.key",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(code_of(config().value()), "bad_secret_key");
  EXPECT_EQ(code_of(config({{"data_dir", "/proc/nowhere/x"}}).value()), "bad_data_dir");
}

TEST_F(AppTest, TheChangeLogIsTrimmedEachDayToAWeek) {
  HeldClock clock;
  auto app = App::start(config().value(), clock);
  ASSERT_TRUE(app.has_value()) << app.error().text();
  ASSERT_TRUE(clock.wait_for_sleep(0));
  store::Database& database = *(*app)->parts().database;
  const auto change = [&](const std::string& id) {
    return database.write("changing", [&](store::Transaction& transaction) -> Status {
      transaction.changed("test", id);
      return ok();
    });
  };
  const auto pass = [&](Micros time) {
    const int before = clock.sleeps();
    clock.advance(time);
    return clock.wait_for_sleep(before);
  };
  ASSERT_TRUE(change("first").has_value());
  const int64_t first = database.last_change().value();
  ASSERT_TRUE(pass(std::chrono::days(6)));
  ASSERT_TRUE(change("second").has_value());
  EXPECT_TRUE(database.follow(first - 1, 10).has_value()) << "six days old";
  ASSERT_TRUE(pass(std::chrono::hours(23)));
  ASSERT_TRUE(pass(std::chrono::days(2)));
  const auto gone = database.follow(first - 1, 10);
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, "trimmed");
  const auto kept = database.follow(first, 10);
  ASSERT_TRUE(kept.has_value()) << kept.error().text();
  EXPECT_EQ(kept->back().id, "second");
}

TEST_F(AppTest, ACorruptDatabaseIsNamedAndLeftAlone) {
  std::filesystem::create_directories(directory_);
  std::string nonsense = "this is no database, whatever its name says";
  nonsense.resize(8192, 'x');
  std::ofstream(directory_ / "hostmaster.db") << nonsense;
  // As the store itself makes it; one that others may read is refused for that.
  std::filesystem::permissions(directory_ / "hostmaster.db",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  auto app = App::start(config().value(), clock_);
  ASSERT_FALSE(app.has_value());
  EXPECT_EQ(app.error().kind, ErrorKind::corrupt) << app.error().text();
  EXPECT_NE(app.error().text().find("hostmaster.db"), std::string::npos) << app.error().text();
  std::ifstream in(directory_ / "hostmaster.db");
  const std::string kept((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(kept, nonsense);
}

}  // namespace
}  // namespace hm::app
