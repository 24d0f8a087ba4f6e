#include "identity/keys.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "identity/audit.h"
#include "identity/users.h"

namespace hm::identity {

namespace {

constexpr size_t kIdLength = 11;  // "hm_1a2b3c4d"

Error no_such_key() { return make_error(ErrorKind::not_found, "no_such_key", "there is no such key"); }
Error unauthorized() {
  return make_error(ErrorKind::denied, "unauthorized", "this key is unknown, expired or revoked");
}

constexpr std::string_view kSelect =
    "select id, name, owner, role, scope_accounts, scope_regions, created_at, expires_at, last_used_at, "
    "revoked_at "
    "from api_key ";

Key read_key(const store::Row& row) {
  Key key;
  key.id = row.string(0);
  key.name = row.string(1);
  key.owner = row.string(2);
  key.role = parse_role(row.text(3)).value_or(Role::viewer);
  key.scope = {from_list(row.maybe_text(4)), from_list(row.maybe_text(5))};
  key.created_at = row.time(6);
  key.expires_at = row.time(7);
  key.last_used_at = row.maybe_time(8);
  key.revoked_at = row.maybe_time(9);
  return key;
}

Error for_people() {
  return make_error(ErrorKind::denied, "forbidden",
                    "keys are managed by people who are logged in, not by keys");
}

// One's own, and to an administrator those whose scope is not wider than theirs.
bool may_see(const Principal& principal, const Key& key) {
  const bool covered = covers(principal.scope, key.scope);
  if (principal.via == Via::key && key.id != principal.credential && !covered) return false;
  return key.owner == principal.name || (principal.role == Role::admin && covered);
}

Result<Key> find(store::Reader& reader, const Principal& principal, std::string_view id) {
  HM_TRY(auto key, reader.one(std::string(kSelect) + "where id = $1", {id}, read_key));
  if (!key || !may_see(principal, *key)) return no_such_key();
  return std::move(*key);
}

// A key more must not fill the store.
Status make_room(store::Transaction& transaction, std::string_view owner, Time now) {
  HM_TRY(const int64_t held,
         transaction.number(
             "select count(*) from api_key where owner = $1 and revoked_at is null and expires_at > $2",
             {owner, now}));
  if (held >= kMostKeys)
    return make_error(ErrorKind::conflict, "too_many_keys",
                      "nobody has more than 100 keys: revoke some first");
  return transaction.run(
      "delete from api_key where owner = $1 and (revoked_at is not null or expires_at <= $2) and id not in "
      "(select id from api_key where owner = $1 and (revoked_at is not null or expires_at <= $2) "
      "order by created_at desc limit $3)",
      {owner, now, kMostKeys});
}

std::string make_secret(const std::string& id) { return id + "_" + random_token(); }

struct Stored {
  Principal principal;
  Role owner_role = Role::viewer;
  Scope owner_scope;
  std::string hash, previous_hash;
  Time expires_at;
  std::optional<Time> previous_until;
};

Stored read_stored(const store::Row& row) {
  Stored stored;
  stored.principal.name = row.string(0);
  stored.principal.role = parse_role(row.text(1)).value_or(Role::viewer);
  stored.principal.scope = {from_list(row.maybe_text(2)), from_list(row.maybe_text(3))};
  stored.hash = row.string(4);
  stored.previous_hash = row.string(5);
  stored.previous_until = row.maybe_time(6);
  stored.expires_at = row.time(7);
  stored.owner_role = parse_role(row.text(8)).value_or(Role::viewer);
  stored.owner_scope = {from_list(row.maybe_text(9)), from_list(row.maybe_text(10))};
  return stored;
}

}  // namespace

Result<std::vector<Key>> Keys::list(const Principal& principal) {
  HM_TRY(auto keys, database_.read("listing keys", [&](store::Reader& reader) {
    return reader.all(
        std::string(kSelect) + "where $1 or owner = $2 order by created_at desc, id limit 10000",
        {principal.role == Role::admin, principal.name}, read_key);
  }));
  std::erase_if(keys, [&](const Key& key) { return !may_see(principal, key); });
  for (Key& key : keys) key.last_used_at = used_.latest(key.id, key.last_used_at);
  return keys;
}

Result<KeyWithSecret> Keys::add(const Principal& maker, const NewKey& wanted) {
  const auto invalid = [](std::string field, std::string why) {
    return make_error(ErrorKind::invalid, "invalid_key", std::move(why)).note("field", std::move(field));
  };
  if (maker.via == Via::key) return for_people();
  if (wanted.name.empty() || wanted.name.size() > 100)
    return invalid("name", "a key's name has 1 to 100 bytes");
  if (wanted.expires_in_days < 1 || wanted.expires_in_days > kMaxKeyDays) {
    return invalid("expires_in_days", "a key lives 1 to 365 days");
  }
  Scope scope = wanted.scope;
  if (!scope.accounts) scope.accounts = maker.scope.accounts;
  if (!scope.regions) scope.regions = maker.scope.regions;
  // What was given is taken as it is, or refused: nobody should have to find out what was left of it.
  if (wanted.role > maker.role || !covers(maker.scope, scope)) {
    return make_error(ErrorKind::denied, "forbidden", "a key never may more than its maker");
  }
  Key key;
  key.id = "hm_" + hex(random_bytes(4));
  key.name = wanted.name;
  key.owner = maker.name;
  key.role = wanted.role;
  key.scope = std::move(scope);
  const std::string secret = make_secret(key.id);
  return database_.write("making a key", [&](store::Transaction& transaction) -> Result<KeyWithSecret> {
    key.created_at = clock_.now();
    key.expires_at = key.created_at + std::chrono::hours(24 * wanted.expires_in_days);
    HM_DO(make_room(transaction, key.owner, key.created_at));
    HM_DO(transaction.run(
        "insert into api_key (id, name, owner, secret_hash, role, scope_accounts, scope_regions, created_at, "
        "expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        {key.id, key.name, key.owner, sha256_hex(secret), to_string(key.role), to_list(key.scope.accounts),
         to_list(key.scope.regions), key.created_at, key.expires_at}));
    HM_DO(record(transaction, key.created_at, maker.actor(),
                 {.action = "key.add",
                  .target = key.id,
                  .details = {{"name", key.name},
                              {"role", to_string(key.role)},
                              {"scope", scope_json(key.scope)},
                              {"expires_at", format_iso(key.expires_at)}}}));
    return KeyWithSecret{key, secret};
  });
}

Status Keys::revoke(const Principal& principal, std::string_view id) {
  if (principal.via == Via::key && principal.credential != id) return for_people();
  return database_.write("revoking a key", [&](store::Transaction& transaction) -> Status {
    const Time now = clock_.now();
    HM_TRY(const Key key, find(transaction, principal, id));
    HM_DO(transaction.run("update api_key set revoked_at = $2 where id = $1 and revoked_at is null",
                          {key.id, now}));
    transaction.changed("user", key.owner);
    return record(transaction, now, principal.actor(),
                  {.action = "key.revoke", .target = key.id, .details = {{"owner", key.owner}}});
  });
}

Result<KeyWithSecret> Keys::rotate(const Principal& principal, std::string_view id) {
  // One that leaked could be renewed for ever.
  if (principal.via == Via::key) return for_people();
  return database_.write("rotating a key", [&](store::Transaction& transaction) -> Result<KeyWithSecret> {
    const Time now = clock_.now();
    HM_TRY(Key key, find(transaction, principal, id));
    if (key.revoked_at || key.expires_at <= now) return no_such_key();
    // Whoever holds the new secret must not hold more than who asked for it.
    if (key.role > principal.role || !covers(principal.scope, key.scope)) return no_such_key();
    const std::string secret = make_secret(key.id);
    key.expires_at = now + (key.expires_at - key.created_at);
    key.created_at = now;
    HM_DO(transaction.run(
        "update api_key set previous_hash = secret_hash, previous_until = $2, secret_hash = $3, "
        "created_at = $4, expires_at = $5 where id = $1",
        {key.id, now + kRotationGrace, sha256_hex(secret), key.created_at, key.expires_at}));
    HM_DO(record(transaction, now, principal.actor(),
                 {.action = "key.rotate", .target = key.id, .details = {{"owner", key.owner}}}));
    return KeyWithSecret{std::move(key), secret};
  });
}

Status Keys::sweep() { return used_.flush(database_, "writing down when keys were used"); }

Result<std::optional<Scope>> Keys::scope_of(std::string_view id) {
  return database_.read("checking a key", [&](store::Reader& reader) {
    return reader.one(
        "select k.scope_accounts, k.scope_regions, u.scope_accounts, u.scope_regions from api_key k "
        "join app_user u on u.name = k.owner "
        "where k.id = $1 and k.revoked_at is null and k.expires_at > $2 and u.disabled = $3",
        {id, clock_.now(), false}, [](const store::Row& row) {
          return intersection({from_list(row.maybe_text(0)), from_list(row.maybe_text(1))},
                              {from_list(row.maybe_text(2)), from_list(row.maybe_text(3))});
        });
  });
}

Result<Principal> Keys::check(std::string_view secret, std::string_view peer) {
  if (secret.size() < kIdLength || secret.size() > 200) return unauthorized();
  const std::string id(secret.substr(0, kIdLength));
  const Time now = clock_.now();
  HM_TRY(auto stored, database_.read("checking a key", [&](store::Reader& reader) {
    return reader.one(
        "select k.owner, k.role, k.scope_accounts, k.scope_regions, k.secret_hash, k.previous_hash, "
        "k.previous_until, k.expires_at, u.role, u.scope_accounts, u.scope_regions "
        "from api_key k join app_user u on u.name = k.owner "
        "where k.id = $1 and k.revoked_at is null and u.disabled = $2",
        {id, false}, read_stored);
  }));
  if (!stored || stored->expires_at <= now) return unauthorized();
  const std::string hash = sha256_hex(secret);
  const bool current = equal_constant_time(hash, stored->hash);
  const bool previous = stored->previous_until.has_value() && *stored->previous_until > now &&
                        equal_constant_time(hash, stored->previous_hash);
  if (!current && !previous) return unauthorized();
  Principal& principal = stored->principal;
  principal.role = std::min(principal.role, stored->owner_role);
  principal.scope = intersection(principal.scope, stored->owner_scope);
  principal.via = Via::key;
  principal.peer = peer;
  principal.credential = id;
  principal.expires_at = current ? stored->expires_at : *stored->previous_until;
  used_.note(id, now);
  return std::move(principal);
}

}  // namespace hm::identity
