#include "cli/identity_store.h"

#include <algorithm>
#include <cstdio>

#include <pwd.h>
#include <unistd.h>

namespace hm::cli {

Result<std::unique_ptr<store::Database>> open_store(const app::Config& config, const Clock& clock) {
  return store::Database::open(config.store_url(), clock);
}

identity::Actor cli_actor() {
  const passwd* user = getpwuid(geteuid());
  return {user ? user->pw_name : std::to_string(geteuid()), identity::Via::cli, ""};
}

identity::Scope scope_from(const std::string& accounts, const std::string& regions) {
  identity::Scope scope;
  if (!accounts.empty()) scope.accounts = identity::from_list(accounts);
  if (!regions.empty()) scope.regions = identity::from_list(regions);
  return scope;
}

std::string scope_text(const identity::Scope& scope) {
  if (scope.unlimited()) return "everything";
  const auto words = [](const auto& half, const std::string& noun) {
    const auto list = identity::to_list(half);
    return !list ? "all " + noun : list->empty() ? "no " + noun : *list;
  };
  return words(scope.accounts, "accounts") + " in " + words(scope.regions, "regions");
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
  }
}

}  // namespace hm::cli
