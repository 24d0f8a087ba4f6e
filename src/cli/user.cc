#include <cstdio>

#include "cli/identity_store.h"
#include "identity/password.h"
#include "identity/users.h"

namespace hm::cli {

namespace {

struct UserOptions {
  AppOptions app;
  std::string action, name, role, accounts, regions;
};

Error usage(const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); }

Status list(identity::Users& users) {
  HM_TRY(const auto all, users.list());
  std::vector<std::vector<std::string>> rows{{"NAME", "ROLE", "SCOPE", "STATE", "LAST LOG-IN"}};
  for (const auto& user : all) {
    rows.push_back({user.name, std::string(to_string(user.role)), scope_text(user.scope),
                    user.disabled       ? "disabled"
                    : user.locked_until ? "locked"
                                        : "active",
                    user.last_login_at ? format_iso(*user.last_login_at) : "never"});
  }
  print_table(rows);
  return ok();
}

void tell(const std::string& name, const std::string& password) {
  std::printf("%s's one-time password, to be changed at the first log-in:\n  %s\n", name.c_str(),
              password.c_str());
}

Status add(identity::Users& users, const UserOptions& options) {
  if (options.role.empty()) return usage("user add wants --role viewer, operator or admin");
  HM_TRY(const auto role, identity::parse_role(options.role));
  const std::string password = identity::random_password();
  HM_TRY(const auto user,
         users.add(cli_actor(),
                   {options.name, role, scope_from(options.accounts, options.regions), password, true}));
  tell(user.name, password);
  return ok();
}

Status act(identity::Users& users, const UserOptions& options) {
  if (options.action == "list") return list(users);
  if (options.name.empty()) return usage("user " + options.action + " wants a name");
  if (options.action == "add") return add(users, options);
  if (options.action == "disable" || options.action == "enable") {
    HM_DO(users.change(cli_actor(), options.name,
                       {.role = {}, .scope = {}, .disabled = options.action == "disable"}));
    return ok();
  }
  if (options.action == "remove") return users.remove(cli_actor(), options.name);
  const std::string password = identity::random_password();
  HM_DO(users.set_password(cli_actor(), options.name, password, true));
  tell(options.name, password);
  return ok();
}

Status user(const Args& args) {
  UserOptions options;
  auto known = options.app.store_options();
  known.push_back({.name = "action",
                   .value = "ACTION",
                   .help = "what to do",
                   .into = &options.action,
                   .required = true,
                   .one_of = {"add", "list", "disable", "enable", "password", "remove"}});
  known.push_back({"name", "NAME", "the user", &options.name});
  known.push_back({"--role", "ROLE", "viewer, operator or admin", &options.role});
  known.push_back({"--accounts", "IDS", "the accounts to see; absent: all", &options.accounts});
  known.push_back({"--regions", "NAMES", "the regions to see; absent: all", &options.regions});
  HM_DO(parse_options("user", args, known));
  HM_TRY(const auto config, options.app.load());
  SystemClock clock;
  HM_TRY(const auto database, open_store(config, clock));
  identity::Users users(*database, clock);
  return act(users, options);
}

}  // namespace

int run_user(const Args& args) {
  if (auto done = user(args); !done) return report(done.error());
  return kExitOk;
}

}  // namespace hm::cli
