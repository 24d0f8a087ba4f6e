#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/followed_tables.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "inventory/quota.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;
constexpr size_t kWidestCell = 60;

struct QuotaOptions {
  AppOptions app;
  std::vector<std::string> accounts, regions, services, catalog_dirs;
  int64_t near = 0;
  bool all = false;
  std::string output = "table";
};

Result<QuotaOptions> read_options(const Args& args) {
  QuotaOptions options;
  auto known = options.app.place_options();
  known.insert(known.end(),
               {{"--account", "ID", "of this account (may be repeated)", &options.accounts},
                {"--region", "NAME", "of this region (may be repeated)", &options.regions},
                {"--service", "CODE", "of this service, as vpc (may be repeated)", &options.services},
                {"--near", "PERCENT", "of which at least so much is used, or it is not known", &options.near},
                {"--all", "", "those too whose use is not counted", &options.all},
                {"--catalog-dir", "DIR", "quotas of your own (may be repeated)", &options.catalog_dirs},
                {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("quotas", args, known));
  if (options.near < 0 || options.near > 1000)
    return make_error(ErrorKind::invalid, "usage", "--near is 0 to 1000 percent");
  return options;
}

bool among(const std::vector<std::string>& wanted, const std::string& name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

bool fits(const QuotaOptions& options, const inventory::QuotaUse& quota) {
  if (!among(options.accounts, quota.account_id) || !among(options.regions, quota.region) ||
      !among(options.services, quota.service_code))
    return false;
  if (quota.counts.empty()) return options.all && options.near == 0;
  const auto share = quota.share();
  return !share || *share * 100 >= static_cast<double>(options.near);
}

Json number_or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

Table table_of(const std::vector<inventory::QuotaUse>& quotas) {
  Table table{{"account_id", "region", "service_code", "quota_code", "quota_name", "used", "value",
               "used_percent", "fullest", "unknown"},
              {}};
  table.rows.reserve(quotas.size());
  for (const auto& quota : quotas) {
    const auto share = quota.share();
    const std::string why = quota.counts.empty() ? "the use of this quota is not counted" : quota.unknown;
    table.rows.push_back({Json(quota.account_id), Json(quota.region), Json(quota.service_code),
                          Json(quota.quota_code), Json(quota.quota_name), number_or_null(quota.used),
                          number_or_null(quota.value),
                          share ? Json(static_cast<int64_t>(*share * 100)) : Json(nullptr),
                          quota.fullest.empty() ? Json(nullptr) : Json(quota.fullest),
                          why.empty() ? Json(nullptr) : Json(why)});
  }
  return table;
}

Result<inventory::QuotaList> ask(const QuotaOptions& options, const std::stop_token& stop) {
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  SystemClock clock;
  HM_TRY(const auto all, follow_tables(config, clock, stop));
  return inventory::quota_list(*all.database, *all.tables, *all.types, identity::Scope::everything(), stop);
}

// Where quotas themselves are not known; true where all are.
bool explain(const QuotaOptions& options, const inventory::Trust& trust) {
  for (const std::string& type : trust.unknown_types)
    std::fprintf(stderr, "hostmaster: no sweep of %s has ended well yet: unknown, not empty\n", type.c_str());
  bool known = trust.unknown_types.empty();
  for (const auto& gap : trust.gaps) {
    if (!among(options.accounts, gap.place.account_id) || !among(options.regions, gap.place.region)) continue;
    known = false;
    std::fprintf(stderr, "hostmaster: the quotas of account %s in %s: %s%s; %s\n",
                 gap.place.account_id.c_str(), gap.place.region.c_str(),
                 gap.outcome ? std::string(to_string(*gap.outcome)).c_str() : "not read",
                 gap.code.empty() ? "" : (" (" + gap.code + ")").c_str(),
                 gap.ok_at ? ("what was known at " + format_iso(*gap.ok_at) + " is shown").c_str()
                           : "unknown, not empty");
  }
  return known && trust.behind_changes == 0;
}

}  // namespace

int run_quotas(const Args& args) {
  auto options = read_options(args);
  if (!options.has_value()) return report(options.error());
  const Interrupt interrupt;
  auto list = ask(*options, interrupt.token());
  if (!list.has_value()) return report(list.error());
  std::erase_if(list->quotas, [&](const auto& quota) { return !fits(*options, quota); });
  const std::string text =
      render(table_of(list->quotas), form_of(options->output), isatty(STDOUT_FILENO) != 0 ? kWidestCell : 0);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return report(make_error(ErrorKind::unavailable, "output", "the answer could not be written"));
  const bool known = explain(*options, list->trust);
  const bool counted = std::none_of(list->quotas.begin(), list->quotas.end(),
                                    [](const auto& quota) { return !quota.unknown.empty(); });
  return known && counted ? kExitOk : kExitUnknown;
}

}  // namespace hm::cli
