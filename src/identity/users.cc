#include "identity/users.h"

#include "base/crypto.h"
#include "identity/password.h"

namespace hm::identity {

namespace {

constexpr std::string_view kSelect =
    "select u.name, u.role, u.scope_accounts, u.scope_regions, u.disabled, u.must_change_password, "
    "u.created_at, "
    "u.last_login_at, (select max(f.locked_until) from login_failure f where f.name = u.name) "
    "from app_user u ";

User read_user(const store::Row& row, Time now) {
  User user;
  user.name = row.string(0);
  user.role = parse_role(row.text(1)).value_or(Role::viewer);
  user.scope = {from_list(row.maybe_text(2)), from_list(row.maybe_text(3))};
  user.disabled = row.boolean(4);
  user.must_change_password = row.boolean(5);
  user.created_at = row.time(6);
  user.last_login_at = row.maybe_time(7);
  if (const auto until = row.maybe_time(8); until && *until > now) user.locked_until = until;
  return user;
}

Error no_such_user(std::string_view name) {
  return make_error(ErrorKind::not_found, "no_such_user", "there is no user " + std::string(name));
}

Result<User> find(store::Reader& reader, std::string_view name, Time now) {
  HM_TRY(auto user, reader.one(std::string(kSelect) + "where u.name = $1", {name},
                               [&](const store::Row& row) { return read_user(row, now); }));
  if (!user) return no_such_user(name);
  return std::move(*user);
}

// Asked after the change, in its transaction, so that two changes at once cannot lose the last one.
Status keep_an_admin(store::Transaction& transaction) {
  HM_TRY(const int64_t admins,
         transaction.number("select count(*) from app_user where role = 'admin' and disabled = $1", {false}));
  if (admins > 0) return ok();
  return make_error(ErrorKind::conflict, "last_admin", "this is the last administrator");
}

Status end_sessions(store::Transaction& transaction, std::string_view name, std::string_view keep = {}) {
  return transaction.run("delete from app_session where user_name = $1 and token_hash <> $2", {name, keep});
}

Status write_password(store::Transaction& transaction, std::string_view name, const std::string& hash,
                      bool must_change) {
  HM_DO(transaction.run("update app_user set password_hash = $2, must_change_password = $3 where name = $1",
                        {name, hash, must_change}));
  return transaction.run("delete from login_failure where name = $1", {name});
}

}  // namespace

Result<std::string> normal_name(std::string_view name) {
  std::string lower;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '@' || c == '-';
    if (!upper && !plain) lower.resize(65);
    if (lower.size() > 64) break;
    lower += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (lower.empty() || lower.size() > 64) {
    return make_error(ErrorKind::invalid, "invalid_name",
                      "a user's name is 1 to 64 of the characters A-Z a-z 0-9 . _ @ -")
        .note("field", "name");
  }
  return lower;
}

Result<std::vector<User>> Users::list() {
  return database_.read("listing users", [&](store::Reader& reader) {
    return reader.all(std::string(kSelect) + "order by u.name limit 10000", {},
                      [&](const store::Row& row) { return read_user(row, clock_.now()); });
  });
}

Result<User> Users::get(std::string_view name) {
  HM_TRY(const std::string normal, normal_name(name));
  return database_.read("reading a user",
                        [&](store::Reader& reader) { return find(reader, normal, clock_.now()); });
}

Result<bool> Users::any() {
  return database_.read("looking for users", [](store::Reader& reader) -> Result<bool> {
    HM_TRY(const int64_t count, reader.number("select count(*) from app_user"));
    return count > 0;
  });
}

Result<User> Users::add(const Actor& actor, const NewUser& user) {
  HM_TRY(const std::string name, normal_name(user.name));
  HM_DO(check_password(user.password, name));
  HM_TRY(const std::string hash, hash_password(user.password));
  return database_.write("adding a user", [&](store::Transaction& transaction) -> Result<User> {
    const Time now = clock_.now();
    HM_TRY(
        const int64_t added,
        transaction.execute("insert into app_user (name, password_hash, role, scope_accounts, scope_regions, "
                            "disabled, must_change_password, created_at) "
                            "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do nothing",
                            {name, hash, to_string(user.role), to_list(user.scope.accounts),
                             to_list(user.scope.regions), false, user.must_change_password, now}));
    if (added == 0)
      return make_error(ErrorKind::conflict, "user_exists", "there is a user " + name + " already");
    HM_DO(record(transaction, now, actor,
                 {.action = "user.add",
                  .target = name,
                  .details = {{"role", to_string(user.role)}, {"scope", scope_json(user.scope)}}}));
    transaction.changed("user", name);
    return find(transaction, name, now);
  });
}

Result<User> Users::change(const Actor& actor, std::string_view given, const UserChange& change) {
  HM_TRY(const std::string name, normal_name(given));
  return database_.write("changing a user", [&](store::Transaction& transaction) -> Result<User> {
    const Time now = clock_.now();
    HM_TRY(const User before, find(transaction, name, now));
    const Role role = change.role.value_or(before.role);
    const Scope scope = change.scope.value_or(before.scope);
    const bool disabled = change.disabled.value_or(before.disabled);
    HM_DO(
        transaction.run("update app_user set role = $2, scope_accounts = $3, scope_regions = $4, disabled = "
                        "$5 where name = $1",
                        {name, to_string(role), to_list(scope.accounts), to_list(scope.regions), disabled}));
    HM_DO(keep_an_admin(transaction));
    HM_DO(end_sessions(transaction, name));
    HM_DO(record(
        transaction, now, actor,
        {.action = "user.change",
         .target = name,
         .details = {{"role", to_string(role)}, {"scope", scope_json(scope)}, {"disabled", disabled}}}));
    transaction.changed("user", name);
    return find(transaction, name, now);
  });
}

Status Users::remove(const Actor& actor, std::string_view given) {
  HM_TRY(const std::string name, normal_name(given));
  return database_.write("removing a user", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const int64_t removed, transaction.execute("delete from app_user where name = $1", {name}));
    if (removed == 0) return no_such_user(name);
    HM_DO(keep_an_admin(transaction));
    HM_DO(record(transaction, clock_.now(), actor, {.action = "user.remove", .target = name}));
    transaction.changed("user", name);
    return ok();
  });
}

Status Users::set_password(const Actor& actor, std::string_view given, std::string_view password,
                           bool must_change) {
  HM_TRY(const std::string name, normal_name(given));
  HM_DO(check_password(password, name));
  HM_TRY(const std::string hash, hash_password(password));
  return database_.write("setting a password", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const User user, find(transaction, name, clock_.now()));
    HM_DO(write_password(transaction, user.name, hash, must_change));
    HM_DO(end_sessions(transaction, name));
    transaction.changed("user", name);
    return record(transaction, clock_.now(), actor, {.action = "user.password", .target = name});
  });
}

Status Users::change_own_password(const Principal& principal, std::string_view current,
                                  std::string_view fresh) {
  HM_DO(check_password(fresh, principal.name));
  HM_TRY(const auto old, database_.read("reading a user", [&](store::Reader& reader) {
    return reader.one("select password_hash from app_user where name = $1", {principal.name},
                      [](const store::Row& row) { return row.string(0); });
  }));
  if (!verify_password(current, old.value_or(std::string()))) {
    return make_error(ErrorKind::invalid, "wrong_password", "the current password is not right")
        .note("field", "current_password");
  }
  HM_TRY(const std::string hash, hash_password(fresh));
  return database_.write("changing a password", [&](store::Transaction& transaction) -> Status {
    HM_DO(write_password(transaction, principal.name, hash, false));
    HM_DO(end_sessions(transaction, principal.name, principal.credential));
    transaction.changed("user", principal.name);
    return record(transaction, clock_.now(), principal.actor(),
                  {.action = "user.password", .target = principal.name});
  });
}

Result<bool> FirstAdmin::needed() {
  HM_TRY(const bool any, users_.any());
  return !any;
}

Result<std::optional<std::string>> FirstAdmin::offer() {
  HM_TRY(const bool none, needed());
  if (!none) return std::optional<std::string>();
  std::string token = random_token();
  token_hash_.with([&](std::string& hash) { hash = sha256_hex(token); });
  return std::optional(std::move(token));
}

Result<User> FirstAdmin::make(std::string_view token, std::string_view name, std::string_view password,
                              std::string_view peer) {
  HM_TRY(const bool none, needed());
  if (!none)
    return make_error(ErrorKind::conflict, "set_up_already", "the first administrator exists already");
  const std::string given = sha256_hex(token);
  // Taken while it is used, so that it is good once even when used twice at the same moment.
  const bool right = token_hash_.with([&](std::string& hash) {
    const bool same = !hash.empty() && equal_constant_time(hash, given);
    if (same) hash.clear();
    return same;
  });
  if (!right) {
    return make_error(ErrorKind::denied, "wrong_token",
                      "this link is not good (any more): start the server again for a new one");
  }
  auto made = users_.add({"setup", Via::server, std::string(peer)}, {.name = std::string(name),
                                                                     .role = Role::admin,
                                                                     .scope = {},
                                                                     .password = std::string(password),
                                                                     .must_change_password = false});
  if (!made) token_hash_.with([&](std::string& hash) { hash = given; });
  return made;
}

}  // namespace hm::identity
