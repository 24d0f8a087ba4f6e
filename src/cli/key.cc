#include <cstdio>

#include "cli/identity_store.h"
#include "identity/keys.h"
#include "identity/users.h"

namespace hm::cli {

namespace {

struct KeyOptions {
  AppOptions app;
  std::string action, name, owner, accounts, regions;
  std::string role = "viewer";
  int64_t days = identity::kDefaultKeyDays;
};

Error usage(const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); }

// Whoever may open the store acts for everybody.
identity::Principal as_admin() {
  identity::Principal principal;
  principal.name = cli_actor().name;
  principal.role = identity::Role::admin;
  principal.via = identity::Via::cli;
  return principal;
}

Status create(store::Database& database, const Clock& clock, const KeyOptions& options) {
  if (options.name.empty() || options.owner.empty()) return usage("key create wants a name and --owner USER");
  identity::Users users(database, clock);
  HM_TRY(const auto owner, users.get(options.owner));
  HM_TRY(const auto role, identity::parse_role(options.role));
  identity::Principal maker;
  maker.name = owner.name;
  maker.role = owner.role;
  maker.scope = owner.scope;
  maker.via = identity::Via::cli;
  identity::Keys keys(database, clock);
  HM_TRY(const auto made, keys.add(maker, {options.name, role, scope_from(options.accounts, options.regions),
                                           static_cast<int>(std::clamp<int64_t>(options.days, 0, 1000))}));
  std::printf("%s\n", made.secret.c_str());
  return ok();
}

Status list(store::Database& database, const Clock& clock) {
  identity::Keys keys(database, clock);
  HM_TRY(const auto all, keys.list(as_admin()));
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "OWNER", "ROLE", "SCOPE", "EXPIRES", "STATE"}};
  for (const auto& key : all) {
    rows.push_back({key.id, key.name, key.owner, std::string(to_string(key.role)), scope_text(key.scope),
                    format_iso(key.expires_at),
                    key.revoked_at                  ? "revoked"
                    : key.expires_at <= clock.now() ? "expired"
                                                    : "active"});
  }
  print_table(rows);
  return ok();
}

Status key(const Args& args) {
  KeyOptions options;
  auto known = options.app.store_options();
  known.push_back({.name = "action",
                   .value = "ACTION",
                   .help = "what to do",
                   .into = &options.action,
                   .required = true,
                   .one_of = {"create", "list", "revoke"}});
  known.push_back({"name", "NAME", "a name for the key, or the id to revoke", &options.name});
  known.push_back({"--owner", "USER", "whose key it is", &options.owner});
  known.push_back({"--role", "ROLE", "viewer, operator or admin", &options.role});
  known.push_back({"--days", "N", "how long it lives", &options.days});
  known.push_back({"--accounts", "IDS", "the accounts to see; absent: the owner's", &options.accounts});
  known.push_back({"--regions", "NAMES", "the regions to see; absent: the owner's", &options.regions});
  HM_DO(parse_options("key", args, known));
  HM_TRY(const auto config, options.app.load());
  SystemClock clock;
  HM_TRY(const auto database, open_store(config, clock));
  if (options.action == "create") return create(*database, clock, options);
  if (options.action == "list") return list(*database, clock);
  if (options.name.empty()) return usage("key revoke wants the id of a key");
  identity::Keys keys(*database, clock);
  return keys.revoke(as_admin(), options.name);
}

}  // namespace

int run_key(const Args& args) {
  if (auto done = key(args); !done) return report(done.error());
  return kExitOk;
}

}  // namespace hm::cli
