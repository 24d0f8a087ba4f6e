#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "identity/audit.h"
#include "identity/keys.h"
#include "identity/password.h"
#include "identity/sessions.h"
#include "identity/users.h"
#include "store/test_database.h"

namespace hm::identity {
namespace {

constexpr std::string_view kPassword = "correct horse battery";
const Actor kActor{"root", Via::cli, ""};

class IdentityTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    users_.emplace(database(), clock_);
    keys_.emplace(database(), clock_);
    sessions_.emplace(database(), clock_, SessionLimits{std::chrono::minutes(60), std::chrono::minutes(600)});
  }
  void add(const std::string& name, Role role, const Scope& scope = {}) {
    ASSERT_OK(users_->add(kActor, {name, role, scope, std::string(kPassword), false}));
  }
  Principal log_in(const std::string& name) {
    auto in = sessions_->log_in(name, kPassword, "10.0.0.1");
    EXPECT_TRUE(in.has_value()) << (in ? "" : in.error().text());
    return in ? in->principal : Principal();
  }
  std::optional<Users> users_;
  std::optional<Keys> keys_;
  std::optional<Sessions> sessions_;
};
HM_ON_BOTH_STORES(IdentityTest);

TEST_P(IdentityTest, LogsInAndOutUntilIdleOrTooOld) {
  add("Ann", Role::operator_, {std::set<std::string>{"111111111111"}, std::nullopt});
  auto in = sessions_->log_in("ANN", kPassword, "10.0.0.1");
  ASSERT_OK(in);
  auto principal = sessions_->check(in->token, "10.0.0.2");
  ASSERT_OK(principal);
  EXPECT_EQ(principal->name, "ann");
  EXPECT_EQ(principal->role, Role::operator_);
  EXPECT_FALSE(principal->scope.allows_account("222222222222"));
  EXPECT_FALSE(sessions_->check("guess", "10.0.0.2").has_value());

  clock_.advance(std::chrono::minutes(59));
  ASSERT_OK(sessions_->check(in->token, "10.0.0.2"));  // seen: the idle time begins anew
  clock_.advance(std::chrono::minutes(59));
  ASSERT_OK(sessions_->check(in->token, "10.0.0.2"));
  clock_.advance(std::chrono::minutes(60));
  EXPECT_EQ(sessions_->check(in->token, "10.0.0.2").error().code, "unauthorized");

  auto again = sessions_->log_in("ann", kPassword, "10.0.0.1");
  ASSERT_OK(again);
  for (int i = 0; i < 19; ++i) {
    clock_.advance(std::chrono::minutes(30));
    ASSERT_OK(sessions_->check(again->token, "10.0.0.1"));
  }
  clock_.advance(std::chrono::minutes(30));  // the absolute limit, however busy
  EXPECT_FALSE(sessions_->check(again->token, "10.0.0.1").has_value());
  ASSERT_OK(sessions_->sweep());

  auto third = sessions_->log_in("ann", kPassword, "10.0.0.1");
  ASSERT_OK(third);
  ASSERT_OK(sessions_->log_out(third->principal));
  EXPECT_FALSE(sessions_->check(third->token, "10.0.0.1").has_value());
}

// A store that takes no writes (locked, full) must neither fail a request nor end a session.
TEST_P(IdentityTest, BeingSeenCostsARequestNoWrite) {
  add("ann", Role::viewer);
  auto in = sessions_->log_in("ann", kPassword, "");
  ASSERT_OK(in);
  auto key = keys_->add(in->principal, {"k", Role::viewer, {}, 30});
  ASSERT_OK(key);
  clock_.advance(std::chrono::minutes(50));
  // A write within a write would stop the program.
  ASSERT_OK(database().write("holding the store", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("update app_user set disabled = disabled"));
    HM_TRY([[maybe_unused]] const auto by_session, sessions_->check(in->token, ""));
    HM_TRY([[maybe_unused]] const auto by_key, keys_->check(key->secret, ""));
    return ok();
  }));
  const Time used_at = clock_.now();
  EXPECT_EQ(keys_->list(in->principal)->at(0).last_used_at, used_at);
  clock_.advance(std::chrono::minutes(50));
  EXPECT_TRUE(sessions_->scope_of(in->principal.credential)->has_value());
  ASSERT_OK(sessions_->check(in->token, ""));

  ASSERT_OK(sessions_->sweep());
  ASSERT_OK(keys_->sweep());
  Sessions others(database(), clock_, {std::chrono::minutes(60), std::chrono::minutes(600)});
  Keys other_keys(database(), clock_);
  clock_.advance(std::chrono::minutes(50));
  ASSERT_OK(others.check(in->token, ""));
  EXPECT_EQ(other_keys.list(in->principal)->at(0).last_used_at, used_at);
  clock_.advance(std::chrono::minutes(60));
  EXPECT_FALSE(sessions_->check(in->token, "").has_value()) << "the other process has not told of it";
}

TEST_P(IdentityTest, LocksOutWithBackoffWhetherOrNotTheNameExists) {
  add("ann", Role::viewer);
  for (const std::string name : {"ann", "nobody"}) {
    for (int i = 0; i < kFreeFailures; ++i) {
      EXPECT_EQ(sessions_->log_in(name, "wrong password", "10.0.0.9").error().code, "wrong_credentials")
          << name;
    }
    auto locked = sessions_->log_in(name, kPassword, "10.0.0.9");
    ASSERT_FALSE(locked.has_value()) << name;
    EXPECT_EQ(locked.error().code, "locked_out");
    EXPECT_EQ(locked.error().notes.at("retry_after_seconds"), "30");
    clock_.advance(std::chrono::seconds(30));
    EXPECT_EQ(sessions_->log_in(name, "wrong password", "10.0.0.9").error().code, "wrong_credentials");
    EXPECT_EQ(sessions_->log_in(name, "wrong password", "10.0.0.9").error().notes.at("retry_after_seconds"),
              "60");
    clock_.advance(std::chrono::seconds(60));
  }
  auto user = users_->get("ann");
  ASSERT_OK(user);
  log_in("ann");  // and a right one forgives
  EXPECT_EQ(sessions_->log_in("ann", "wrong password", "").error().code, "wrong_credentials");
}

TEST_P(IdentityTest, NobodyIsLockedOutByFailuresElsewhere) {
  add("ann", Role::admin);
  log_in("ann");  // from 10.0.0.1
  for (int i = 0; i < kFreeFailures; ++i)
    EXPECT_EQ(sessions_->log_in("ann", "wrong password", "198.51.100.1").error().code, "wrong_credentials");
  EXPECT_EQ(sessions_->log_in("ann", kPassword, "198.51.100.1").error().code, "locked_out");
  EXPECT_TRUE(users_->get("ann")->locked_until.has_value());
  ASSERT_OK(sessions_->log_in("ann", kPassword, "10.0.0.1"));
  ASSERT_OK(sessions_->log_in("ann", kPassword, "10.0.0.2"));
  // As after many from as many addresses: guessing from each a little is hopeless too.
  ASSERT_OK(database().write("test", [](store::Transaction& transaction) {
    return transaction.run("update login_failure set failures = $1 where address = '*'",
                           {kFreeFailuresOfName - 1});
  }));
  EXPECT_EQ(sessions_->log_in("ann", "wrong password", "2001:db8::1").error().code, "wrong_credentials");
  EXPECT_EQ(sessions_->log_in("ann", kPassword, "2001:db8::2").error().code, "locked_out");
  EXPECT_EQ(sessions_->log_in("ann", kPassword, "198.51.100.2").error().code, "locked_out");
  for (const char* home : {"10.0.0.1", "10.0.0.2"}) ASSERT_OK(sessions_->log_in("ann", kPassword, home));
  ASSERT_OK(users_->set_password(kActor, "ann", kPassword, false));
  ASSERT_OK(sessions_->log_in("ann", kPassword, "198.51.100.1"));
}

TEST_P(IdentityTest, TheAddressesOfAUserAreBoundedAndForgotten) {
  add("ann", Role::viewer);
  const auto known = [&] {
    return database().read(
        "test", [](store::Reader& reader) { return reader.number("select count(*) from login_address"); });
  };
  for (int i = 0; i < kMostLoginAddresses + 5; ++i) {
    clock_.advance(std::chrono::seconds(1));
    ASSERT_OK(sessions_->open("ann", "10.0.0." + std::to_string(i)));
  }
  EXPECT_EQ(*known(), kMostLoginAddresses);
  clock_.advance(kLoginAddressKept);
  ASSERT_OK(sessions_->sweep());
  EXPECT_EQ(*known(), 0);
}

TEST_P(IdentityTest, ChangesEndSessions) {
  add("root", Role::admin);
  add("ann", Role::viewer);
  auto in = sessions_->log_in("ann", kPassword, "");
  ASSERT_OK(in);
  ASSERT_OK(users_->change(kActor, "ann", {.role = Role::operator_, .scope = {}, .disabled = {}}));
  EXPECT_FALSE(sessions_->check(in->token, "").has_value());
  in = sessions_->log_in("ann", kPassword, "");
  ASSERT_OK(in);
  ASSERT_OK(users_->change(kActor, "ann", {.role = {}, .scope = {}, .disabled = true}));
  EXPECT_FALSE(sessions_->check(in->token, "").has_value());
  EXPECT_EQ(sessions_->log_in("ann", kPassword, "").error().code, "wrong_credentials");
  ASSERT_OK(users_->remove(kActor, "ann"));
  EXPECT_EQ(users_->get("ann").error().code, "no_such_user");
}

TEST_P(IdentityTest, OwnPasswordNeedsTheOldOneAndSparesTheOwnSession) {
  add("ann", Role::viewer);
  auto one = sessions_->log_in("ann", kPassword, "");
  auto two = sessions_->log_in("ann", kPassword, "");
  ASSERT_OK(one);
  ASSERT_OK(two);
  EXPECT_EQ(users_->change_own_password(one->principal, "wrong", "another good one").error().code,
            "wrong_password");
  EXPECT_EQ(users_->change_own_password(one->principal, kPassword, "short").error().code, "weak_password");
  ASSERT_OK(users_->change_own_password(one->principal, kPassword, "another good one"));
  ASSERT_OK(sessions_->check(one->token, ""));
  EXPECT_FALSE(sessions_->check(two->token, "").has_value());
  EXPECT_FALSE(sessions_->log_in("ann", kPassword, "").has_value());
  ASSERT_OK(sessions_->log_in("ann", "another good one", ""));
}

// Neither may fill the store.
TEST_P(IdentityTest, SessionsAndKeysOfOneUserAreBounded) {
  add("ann", Role::viewer);
  const auto first = sessions_->open("ann", "10.0.0.1");
  ASSERT_OK(first);
  const Principal ann = first->principal;
  const NewKey wanted{"k", Role::viewer, {}, 30};
  for (int i = 0; i < kMostSessions; ++i) {
    clock_.advance(std::chrono::seconds(1));
    auto next = sessions_->open("ann", "10.0.0.1");
    ASSERT_OK(next);
    ASSERT_OK(sessions_->check(next->token, "10.0.0.1"));
  }
  EXPECT_FALSE(sessions_->check(first->token, "10.0.0.1").has_value()) << "the oldest has ended";
  std::string id;
  for (int i = 0; i < kMostKeys; ++i) id = keys_->add(ann, wanted)->key.id;
  EXPECT_EQ(keys_->add(ann, wanted).error().code, "too_many_keys");
  for (int i = 0; i < kMostKeys + 2; ++i) {
    ASSERT_OK(keys_->revoke(ann, id));
    id = keys_->add(ann, wanted)->key.id;
  }
  EXPECT_EQ(keys_->list(ann)->size(), static_cast<size_t>(2 * kMostKeys));
}

TEST_P(IdentityTest, TheLastAdministratorStays) {
  add("root", Role::admin);
  add("ann", Role::viewer);
  EXPECT_EQ(users_->remove(kActor, "root").error().code, "last_admin");
  EXPECT_EQ(users_->change(kActor, "root", {.role = Role::viewer, .scope = {}, .disabled = {}}).error().code,
            "last_admin");
  EXPECT_EQ(users_->change(kActor, "root", {.role = {}, .scope = {}, .disabled = true}).error().code,
            "last_admin");
  ASSERT_OK(users_->get("root"));
  EXPECT_EQ(users_->add(kActor, {"ann", Role::viewer, {}, std::string(kPassword), false}).error().code,
            "user_exists");
  for (const char* name : {"", "a b", "a/b", "ä"}) {
    EXPECT_EQ(users_->add(kActor, {name, Role::viewer, {}, std::string(kPassword), false}).error().code,
              "invalid_name");
  }
}

TEST_P(IdentityTest, TheFirstAdministratorComesByOneToken) {
  FirstAdmin first(*users_);
  auto token = first.offer();
  ASSERT_OK(token);
  ASSERT_TRUE(token->has_value());
  EXPECT_EQ(first.make("guess", "root", kPassword, "").error().code, "wrong_token");
  EXPECT_EQ(first.make(**token, "root", "short", "").error().code, "weak_password");
  auto made = first.make(**token, "root", kPassword, "10.0.0.1");
  ASSERT_OK(made);
  EXPECT_EQ(made->role, Role::admin);
  EXPECT_EQ(first.make(**token, "second", kPassword, "").error().code, "set_up_already");
  auto more = first.offer();
  ASSERT_OK(more);
  EXPECT_FALSE(more->has_value());
}

TEST_P(IdentityTest, KeysExpireRotateAndAreRevoked) {
  add("root", Role::admin);
  add("ann", Role::operator_, {std::set<std::string>{"1", "2"}, std::nullopt});
  const Principal ann = log_in("ann");
  auto made = keys_->add(ann, {"ci", Role::viewer, {std::set<std::string>{"2"}, std::nullopt}, 30});
  ASSERT_OK(made);
  EXPECT_TRUE(made->secret.starts_with(made->key.id + "_"));
  auto principal = keys_->check(made->secret, "10.1.1.1");
  ASSERT_OK(principal);
  EXPECT_EQ(principal->role, Role::viewer);
  EXPECT_TRUE(principal->scope.allows_account("2"));
  EXPECT_FALSE(principal->scope.allows_account("1"));
  EXPECT_FALSE(keys_->check(made->secret + "x", "").has_value());
  EXPECT_FALSE(keys_->check(made->key.id, "").has_value());

  auto rotated = keys_->rotate(ann, made->key.id);
  ASSERT_OK(rotated);
  EXPECT_NE(rotated->secret, made->secret);
  ASSERT_OK(keys_->check(made->secret, ""));
  ASSERT_OK(keys_->check(rotated->secret, ""));
  clock_.advance(kRotationGrace);
  EXPECT_FALSE(keys_->check(made->secret, "").has_value());
  ASSERT_OK(keys_->check(rotated->secret, ""));

  ASSERT_OK(users_->change(kActor, "ann",
                           {.role = {}, .scope = Scope{std::set<std::string>{"1"}, {}}, .disabled = {}}));
  principal = keys_->check(rotated->secret, "");
  ASSERT_OK(principal);
  EXPECT_FALSE(principal->scope.allows_account("2"));  // the owner lost it, so the key did

  ASSERT_OK(keys_->revoke(ann, made->key.id));
  EXPECT_EQ(keys_->check(rotated->secret, "").error().code, "unauthorized");

  auto second = keys_->add(log_in("ann"), {"old", Role::viewer, Scope{std::set<std::string>{"1"}, {}}, 1});
  ASSERT_OK(second);
  clock_.advance(std::chrono::hours(24));
  EXPECT_FALSE(keys_->check(second->secret, "").has_value());
}

TEST_P(IdentityTest, AKeyNeverMayMoreThanItsMaker) {
  add("root", Role::admin);
  add("ann", Role::viewer, {std::set<std::string>{"1"}, std::nullopt});
  add("ben", Role::viewer);
  const Principal ann = log_in("ann");
  EXPECT_EQ(keys_->add(ann, {"k", Role::admin, ann.scope, 1}).error().code, "forbidden");
  for (const std::set<std::string>& given : {std::set<std::string>{"2"}, std::set<std::string>{"1", "2"}}) {
    EXPECT_EQ(keys_->add(ann, {"k", Role::viewer, {given, std::nullopt}, 1}).error().code, "forbidden");
  }
  EXPECT_EQ(keys_->add(ann, {"own", Role::viewer, {}, 1})->key.scope, ann.scope);
  EXPECT_EQ(keys_->add(ann, {"k", Role::viewer, ann.scope, 366}).error().code, "invalid_key");
  auto made = keys_->add(ann, {"k", Role::viewer, ann.scope, 1});
  ASSERT_OK(made);
  const Principal ben = log_in("ben");
  EXPECT_EQ(keys_->revoke(ben, made->key.id).error().code, "no_such_key");
  EXPECT_EQ(keys_->rotate(ben, made->key.id).error().code, "no_such_key");
  EXPECT_EQ(keys_->list(ben)->size(), 0u);
  EXPECT_EQ(keys_->list(log_in("root"))->size(), 2u);
}

// Else one that leaked would be renewed for ever, or end the keys of those who could end it.
TEST_P(IdentityTest, AKeyManagesNoKeys) {
  add("root", Role::admin);
  const Principal root = log_in("root");
  auto wide = keys_->add(root, {"wide", Role::admin, {}, 1});
  auto narrow = keys_->add(root, {"narrow", Role::viewer, {std::set<std::string>{"1"}, std::nullopt}, 1});
  ASSERT_OK(wide);
  ASSERT_OK(narrow);
  for (const auto& made : {*wide, *narrow}) {
    const auto leaked = keys_->check(made.secret, "");
    ASSERT_OK(leaked);
    EXPECT_EQ(keys_->add(*leaked, {"more", Role::viewer, made.key.scope, 1}).error().code, "forbidden");
    EXPECT_EQ(keys_->rotate(*leaked, made.key.id).error().code, "forbidden");
    EXPECT_EQ(
        keys_->revoke(*leaked, made.key.id == wide->key.id ? narrow->key.id : wide->key.id).error().code,
        "forbidden");
  }
  const auto leaked = keys_->check(narrow->secret, "");
  ASSERT_OK(leaked);
  EXPECT_EQ(keys_->list(*leaked)->size(), 1u) << "the wider one names accounts that it must not see";
  ASSERT_OK(keys_->revoke(*leaked, narrow->key.id));
  EXPECT_FALSE(keys_->check(narrow->secret, "").has_value());
  ASSERT_OK(keys_->check(wide->secret, ""));
}

TEST_P(IdentityTest, TheAuditShowsEveryChangeAndEveryForgery) {
  add("root", Role::admin);
  add("ann", Role::viewer);
  log_in("ann");
  auto entries = database().read("test", [](store::Reader& reader) {
    return list_audit(reader, {"", "user.", {}, 10});
  });
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ(entries->at(0).target, "ann");
  EXPECT_EQ(entries->at(0).actor, "root");
  EXPECT_EQ(entries->at(0).at, clock_.now());
  const auto check = [&] {
    return database().read("test", [](store::Reader& reader) { return check_audit(reader, 100); });
  };
  EXPECT_EQ(check()->checked, 3);
  EXPECT_FALSE(check()->broken_at.has_value());
  const auto forge = [&](const std::string& sql) {
    ASSERT_OK(
        database().write("test", [&](store::Transaction& transaction) { return transaction.run(sql); }));
  };
  forge("update audit set target = 'eve' where seq = 2");
  EXPECT_EQ(check()->broken_at, 2);
  forge("update audit set target = 'ann' where seq = 2");
  EXPECT_FALSE(check()->broken_at.has_value());
  forge("delete from audit where seq = 3");
  EXPECT_EQ(check()->broken_at, 3);
}

// Anybody may fail with any number of names.
TEST_P(IdentityTest, StrangersDoNotFillTheAudit) {
  add("ann", Role::viewer);
  const auto entries = [&] {
    return database().read("test", [](store::Reader& reader) {
      return list_audit(reader, {"", "session.", {}, 100});
    });
  };
  for (const char* name : {"admin", "root", "guest"})
    EXPECT_FALSE(sessions_->log_in(name, "wrong password", "198.51.100.1").has_value());
  EXPECT_TRUE(entries()->empty());
  ASSERT_OK(sessions_->sweep());
  ASSERT_OK(sessions_->sweep());
  ASSERT_EQ(entries()->size(), 1u);
  EXPECT_EQ(entries()->at(0).outcome, "refused");
  EXPECT_EQ(entries()->at(0).peer, "198.51.100.1");
  EXPECT_EQ(to_json(entries()->at(0).details), R"({"failures":3,"addresses":["198.51.100.1"]})");
  EXPECT_FALSE(sessions_->log_in("ann", "wrong password", "198.51.100.1").has_value());
  EXPECT_EQ(entries()->at(0).target, "ann") << "what concerns a user is told at once";
}

TEST_P(IdentityTest, TheAuditIsTrimmedAndStaysWhole) {
  for (int i = 0; i < 10; ++i) add("user" + std::to_string(i), Role::viewer);
  const auto seqs = [&] {
    auto found = database().read("test", [](store::Reader& reader) { return list_audit(reader, {}); });
    EXPECT_EQ(
        database().read("test", [](store::Reader& reader) { return check_audit(reader, 100); })->broken_at,
        std::nullopt);
    return std::pair(found->back().seq, found->front().seq);
  };
  const auto trim = [&](const AuditLimits& limits) {
    return database().write("test", [&](store::Transaction& transaction) {
      return trim_audit(transaction, clock_.now(), limits);
    });
  };
  ASSERT_OK(trim({}));
  EXPECT_EQ(seqs(), std::pair(int64_t{1}, int64_t{10}));
  ASSERT_OK(trim({.most = 7}));
  EXPECT_EQ(seqs(), std::pair(int64_t{4}, int64_t{11})) << "that it was trimmed is told";
  clock_.advance(std::chrono::hours(2));
  add("late", Role::viewer);
  ASSERT_OK(trim({.kept = std::chrono::hours(1)}));
  EXPECT_EQ(seqs(), std::pair(int64_t{12}, int64_t{13}));
}

TEST_P(IdentityTest, NoSecretIsInTheStore) {
  add("root", Role::admin);
  auto in = sessions_->log_in("root", kPassword, "");
  ASSERT_OK(in);
  auto key = keys_->add(in->principal, {"k", Role::viewer, {}, 1});
  ASSERT_OK(key);
  std::string everything;
  ASSERT_OK(database().read("test", [&](store::Reader& reader) -> Status {
    for (const char* sql :
         {"select name, password_hash from app_user", "select token_hash, user_name from app_session",
          "select id, secret_hash from api_key", "select action, details from audit"}) {
      HM_DO(reader.each(sql, {}, [&](const store::Row& row) {
        everything += row.string(0) + "\n" + row.string(1) + "\n";
        return ok();
      }));
    }
    return ok();
  }));
  EXPECT_NE(everything.find("$argon2id$v=19$m=65536,t=2,p=1$"), std::string::npos);
  EXPECT_EQ(everything.find(kPassword), std::string::npos);
  EXPECT_EQ(everything.find(in->token), std::string::npos);
  EXPECT_EQ(everything.find(key->secret.substr(12)), std::string::npos);
}

TEST(SecretBoxTest, SealsAndOpensWithTheSameKeyOnly) {
  const auto folder = std::filesystem::temp_directory_path() / ("hm-box-" + hex(random_bytes(8)));
  std::filesystem::create_directory(folder);
  const std::string file = folder / "secret.key";
  auto box = SecretBox::open(file);
  ASSERT_TRUE(box.has_value());
  const std::string sealed = box->seal("hello");
  EXPECT_EQ(sealed.find("hello"), std::string::npos);
  EXPECT_EQ(SecretBox::open(file)->unseal(sealed).value(), "hello");
  EXPECT_EQ(SecretBox(std::string(32, 'k')).unseal(sealed).error().code, "wrong_secret_key");
  EXPECT_EQ(box->unseal("xxxx").error().code, "wrong_secret_key");
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::all,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::permissions(file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  EXPECT_EQ(SecretBox::open(file).error().code, "bad_secret_key");
  std::filesystem::remove_all(folder);
}

TEST(PasswordTest, RandomOnesDifferAndAreGoodEnough) {
  const std::string one = random_password(), two = random_password();
  EXPECT_NE(one, two);
  EXPECT_EQ(one.size(), 23u);
  EXPECT_TRUE(check_password(one, "ann").has_value());
  EXPECT_FALSE(check_password("administrator", "Administrator").has_value());
}

TEST(ScopeTest, IntersectsAndCovers) {
  const Scope all, none{std::set<std::string>{}, std::nullopt};
  const Scope a{std::set<std::string>{"1", "2"}, std::nullopt},
      b{std::set<std::string>{"2", "3"}, std::set<std::string>{"eu"}};
  EXPECT_EQ(intersection(a, b), (Scope{std::set<std::string>{"2"}, std::set<std::string>{"eu"}}));
  EXPECT_TRUE(covers(all, a));
  EXPECT_FALSE(covers(a, all));
  EXPECT_FALSE(covers(a, b));
  EXPECT_TRUE(covers(a, none));
  EXPECT_EQ(from_list(to_list(a.accounts)), a.accounts);
  EXPECT_EQ(from_list(to_list(none.accounts)), none.accounts);
  EXPECT_EQ(from_list(to_list(all.accounts)), std::nullopt);
}

TEST(ScopeTest, NoneIsNotAllInJsonEither) {
  const Scope all, none{std::set<std::string>{}, std::set<std::string>{}},
      some{std::set<std::string>{"1", "2"}, std::nullopt};
  EXPECT_EQ(to_json(scope_json(all)), R"({"accounts":null,"regions":null})");
  EXPECT_EQ(to_json(scope_json(none)), R"({"accounts":[],"regions":[]})");
  EXPECT_EQ(to_json(scope_json(some)), R"({"accounts":["1","2"],"regions":null})");
  for (const Scope& scope : {all, none, some}) EXPECT_EQ(*scope_from(scope_json(scope)), scope);
  EXPECT_EQ(*scope_from(JsonObject{}), all);
  for (const Json& wrong : {Json("1"), Json(JsonArray{""}), Json(JsonArray{"a,b"}), Json(JsonArray{1})}) {
    const auto read = scope_from(JsonObject{{"regions", wrong}});
    ASSERT_FALSE(read.has_value()) << to_json(wrong);
    EXPECT_EQ(read.error().notes.at("field"), "regions");
  }
}

}  // namespace
}  // namespace hm::identity
