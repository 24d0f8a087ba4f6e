#include <cstdio>

#include "app/app.h"
#include "cli/app_options.h"
#include "cli/foreground.h"

namespace hm::cli {

namespace {

Status serve(const Args& args) {
  AppOptions options;
  HM_DO(parse_options("serve", args, options.server_options()));
  HM_TRY(auto config, options.load());
  set_up_log_from(config);
  StopSignals signals;
  SystemClock clock;
  const bool api = config.has_role("api");
  HM_TRY(auto app, app::App::start(std::move(config), clock));
  if (api) {
    std::printf("HostMaster is at %s\n", app->url().c_str());
    HM_TRY(const auto link, app->setup_link());
    if (link)
      std::printf("Make the first administrator here (the link is good once):\n  %s\n", link->c_str());
    std::fflush(stdout);
  }
  signals.wait();
  return ok();
}

}  // namespace

int run_serve(const Args& args) {
  if (auto done = serve(args); !done) return report(done.error());
  return kExitOk;
}

}  // namespace hm::cli
