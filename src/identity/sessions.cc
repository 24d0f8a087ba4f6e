#include "identity/sessions.h"

#include <algorithm>

#include "base/address.h"
#include "base/crypto.h"
#include "identity/audit.h"
#include "identity/password.h"
#include "identity/users.h"

namespace hm::identity {

namespace {

constexpr int64_t kMaxFailureRows = 10'000;
constexpr std::string_view kAnyAddress = "*";
constexpr size_t kMostAddressesTold = 10;

Error unauthorized() { return make_error(ErrorKind::denied, "unauthorized", "log in first"); }

Error locked_out(Time until, Time now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(until - now).count();
  return make_error(ErrorKind::throttled, "locked_out",
                    "too many wrong passwords: try again in " + std::to_string(left) + " seconds")
      .note("retry_after_seconds", std::to_string(left));
}

std::chrono::seconds lock_after(int64_t failures, int free) {
  if (failures < free) return std::chrono::seconds(0);
  const int64_t doublings = std::min<int64_t>(failures - free, 20);
  return std::min(kFirstLock * (int64_t{1} << doublings), kLongestLock);
}

// How many there are by now.
Result<int64_t> count_failure_at(store::Transaction& transaction, Time now, std::string_view name,
                                 std::string_view address, int free) {
  HM_DO(transaction.run(
      "insert into login_failure (name, address, failures, last_at, locked_until) values ($1, $2, 0, $3, 0) "
      "on conflict (name, address) do nothing",
      {name, address, now}));
  HM_DO(transaction.run(
      "update login_failure set failures = failures + 1, last_at = $3 where name = $1 and address = $2",
      {name, address, now}));
  HM_TRY(const int64_t failures,
         transaction.number("select failures from login_failure where name = $1 and address = $2",
                            {name, address}));
  if (const auto lock = lock_after(failures, free); lock.count() > 0) {
    HM_DO(transaction.run("update login_failure set locked_until = $3 where name = $1 and address = $2",
                          {name, address, now + lock}));
  }
  return failures;
}

// Committed although the log-in fails, hence a transaction of its own.
Status count_failure(store::Transaction& transaction, Time now, const Actor& actor, bool exists) {
  HM_TRY(const int64_t failures,
         count_failure_at(transaction, now, actor.name, limited_address(actor.peer), kFreeFailures));
  HM_TRY([[maybe_unused]] const int64_t of_name,
         count_failure_at(transaction, now, actor.name, kAnyAddress, kFreeFailuresOfName));
  if (!exists) return ok();
  return record(transaction, now, actor,
                {.action = "session.login",
                 .target = actor.name,
                 .refused = true,
                 .details = {{"failures", failures}}});
}

struct Known {
  Time locked_until;
  bool exists = false;
  std::string hash;  // empty: nobody may log in by this name
};

Result<Known> known_of(store::Reader& reader, std::string_view name, std::string_view peer) {
  Known known;
  const std::string address = limited_address(peer);
  HM_TRY(const int64_t at_home,
         reader.number("select count(*) from login_address where user_name = $1 and address = $2",
                       {name, address}));
  HM_TRY(const int64_t until,
         reader.number("select max(locked_until) from login_failure where name = $1 and address in ($2, $3)",
                       {name, address, at_home > 0 ? std::string_view(address) : kAnyAddress}));
  known.locked_until = from_micros(until);
  HM_DO(reader.each("select password_hash, disabled from app_user where name = $1", {name},
                    [&](const store::Row& row) -> Status {
                      known.exists = true;
                      if (!row.boolean(1)) known.hash = row.string(0);
                      return ok();
                    }));
  return known;
}

Status remember_address(store::Transaction& transaction, std::string_view name, std::string_view peer,
                        Time now) {
  const std::string address = limited_address(peer);
  HM_DO(transaction.run("delete from login_failure where name = $1 and address = $2", {name, address}));
  HM_DO(
      transaction.run("insert into login_address (user_name, address, last_at) values ($1, $2, $3) "
                      "on conflict (user_name, address) do update set last_at = excluded.last_at",
                      {name, address, now}));
  return transaction.run(
      "delete from login_address where user_name = $1 and address <> $2 and address not in (select address "
      "from "
      "login_address where user_name = $1 order by last_at desc, address limit $3)",
      {name, address, kMostLoginAddresses});
}

Result<Principal> principal_of(store::Reader& reader, std::string_view name) {
  HM_TRY(auto found,
         reader.one("select role, scope_accounts, scope_regions, must_change_password from app_user "
                    "where name = $1 and disabled = $2",
                    {name, false}, [&](const store::Row& row) {
                      Principal principal;
                      principal.name = name;
                      principal.role = parse_role(row.text(0)).value_or(Role::viewer);
                      principal.scope = {from_list(row.maybe_text(1)), from_list(row.maybe_text(2))};
                      principal.must_change_password = row.boolean(3);
                      return principal;
                    }));
  if (!found) return unauthorized();
  return std::move(*found);
}

}  // namespace

Result<LoggedIn> Sessions::log_in(std::string_view given, std::string_view password, std::string_view peer) {
  const auto wrong = [] {
    return make_error(ErrorKind::denied, "wrong_credentials", "the name or the password is wrong");
  };
  auto normal = normal_name(given);
  if (!normal) return wrong();
  const std::string name = std::move(*normal);
  const Time now = clock_.now();
  HM_TRY(const Known known,
         database_.read("logging in", [&](store::Reader& reader) { return known_of(reader, name, peer); }));
  if (known.locked_until > now) return locked_out(known.locked_until, now);
  if (!verify_password(password, known.hash)) {
    HM_DO(database_.write("counting a failed log-in", [&](store::Transaction& transaction) {
      return count_failure(transaction, now, {name, Via::session, std::string(peer)}, known.exists);
    }));
    if (!known.exists) add_stranger(peer);
    return wrong();
  }
  return open(name, peer);
}

Result<LoggedIn> Sessions::open(std::string_view name, std::string_view peer) {
  const std::string token = random_token();
  return database_.write("opening a session", [&](store::Transaction& transaction) -> Result<LoggedIn> {
    const Time now = clock_.now();
    HM_TRY(Principal principal, principal_of(transaction, name));
    principal.peer = peer;
    principal.credential = sha256_hex(token);
    principal.expires_at = now + limits_.absolute;
    HM_DO(transaction.run(
        "insert into app_session (token_hash, user_name, created_at, last_seen_at, expires_at, "
        "peer) values ($1, $2, $3, $3, $4, $5)",
        {principal.credential, name, now, *principal.expires_at, peer}));
    HM_DO(transaction.run(
        "delete from app_session where user_name = $1 and token_hash <> $2 and token_hash not in "
        "(select token_hash from app_session where user_name = $1 order by created_at desc limit $3)",
        {name, principal.credential, kMostSessions}));
    HM_DO(remember_address(transaction, name, peer, now));
    HM_DO(transaction.run("update app_user set last_login_at = $2 where name = $1", {name, now}));
    HM_DO(record(transaction, now, principal.actor(),
                 {.action = "session.login", .target = std::string(name)}));
    return LoggedIn{token, std::move(principal)};
  });
}

Result<Principal> Sessions::check(std::string_view token, std::string_view peer) {
  const Time now = clock_.now();
  const std::string hash = sha256_hex(token);
  HM_TRY(Principal principal,
         database_.read("checking a session", [&](store::Reader& reader) -> Result<Principal> {
           struct Found {
             std::string name;
             Time seen_at, expires_at;
           };
           HM_TRY(
               const auto found,
               reader.one("select user_name, last_seen_at, expires_at from app_session where token_hash = $1",
                          {hash}, [](const store::Row& row) {
                            return Found{row.string(0), row.time(1), row.time(2)};
                          }));
           if (!found || found->expires_at <= now) return unauthorized();
           if (seen_.latest(hash, found->seen_at) + limits_.idle <= now) return unauthorized();
           HM_TRY(Principal known, principal_of(reader, found->name));
           known.expires_at = std::min(found->expires_at, now + limits_.idle);
           return known;
         }));
  principal.via = Via::session;
  principal.peer = peer;
  principal.credential = hash;
  seen_.note(hash, now);
  return principal;
}

Result<std::optional<Scope>> Sessions::scope_of(std::string_view credential) {
  const Time now = clock_.now();
  struct Found {
    Time seen_at;
    Scope scope;
  };
  HM_TRY(auto found, database_.read("checking a session", [&](store::Reader& reader) {
    return reader.one(
        "select s.last_seen_at, u.scope_accounts, u.scope_regions from app_session s "
        "join app_user u on u.name = s.user_name "
        "where s.token_hash = $1 and s.expires_at > $2 and u.disabled = $3",
        {credential, now, false}, [](const store::Row& row) {
          return Found{row.time(0), {from_list(row.maybe_text(1)), from_list(row.maybe_text(2))}};
        });
  }));
  if (!found || seen_.latest(std::string(credential), found->seen_at) + limits_.idle <= now)
    return std::optional<Scope>();
  return std::optional(std::move(found->scope));
}

Status Sessions::log_out(const Principal& principal) {
  return database_.write("logging out", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from app_session where token_hash = $1", {principal.credential}));
    transaction.changed("user", principal.name);
    return record(transaction, clock_.now(), principal.actor(),
                  {.action = "session.logout", .target = principal.name});
  });
}

void Sessions::add_stranger(std::string_view peer) {
  strangers_.with([&](Strangers& strangers) {
    ++strangers.failures;
    if (strangers.addresses.size() < kMostAddressesTold) strangers.addresses.emplace(peer);
  });
}

Status Sessions::tell_of_strangers() {
  const Strangers told = strangers_.with([](const Strangers& strangers) { return strangers; });
  if (told.failures == 0) return ok();
  JsonArray addresses;
  for (const std::string& address : told.addresses) addresses.emplace_back(address);
  // No user has a name with parentheses.
  const Actor actor{"(unknown)", Via::session, told.addresses.size() == 1 ? *told.addresses.begin() : ""};
  HM_DO(database_.write("writing down failed log-ins", [&](store::Transaction& transaction) {
    return record(transaction, clock_.now(), actor,
                  {.action = "session.login",
                   .target = "names that nobody has",
                   .refused = true,
                   .details = {{"failures", told.failures}, {"addresses", addresses}}});
  }));
  strangers_.with([&](Strangers& strangers) {
    strangers.failures -= told.failures;
    strangers.addresses.clear();
  });
  return ok();
}

Status Sessions::sweep() {
  // First: the store would think that who was seen since has been idle.
  HM_DO(seen_.flush(database_, "writing down when sessions were seen"));
  HM_DO(tell_of_strangers());
  return database_.write("forgetting old sessions", [&](store::Transaction& transaction) -> Status {
    const Time now = clock_.now();
    HM_DO(transaction.run("delete from app_session where expires_at <= $1 or last_seen_at <= $2",
                          {now, now - limits_.idle}));
    HM_DO(transaction.run("delete from login_failure where last_at <= $1", {now - std::chrono::hours(24)}));
    HM_DO(transaction.run("delete from login_address where last_at <= $1", {now - kLoginAddressKept}));
    // Names that attackers made up must not fill the store.
    return transaction.run(
        "delete from login_failure where (name, address) not in (select name, address from login_failure "
        "order by last_at desc limit $1)",
        {kMaxFailureRows});
  });
}

}  // namespace hm::identity
