#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "app/app.h"
#include "app/parts.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/child.h"
#include "cli/foreground.h"
#include "cli/options.h"
#include "identity/password.h"

namespace hm::cli {

namespace {

// Removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hostmaster-demo-XXXXXX").string();
    if (const char* made = mkdtemp(pattern.data())) path_ = made;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;  // what cannot be removed stays, in a directory made for such things
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Seconds: what is on the same machine and has not answered by then never will, and nobody watches a demo
// wait.
constexpr const char* kPatience = "5";

struct DemoOptions {
  int64_t port = 8620, resources = 1000, seed = 1, accounts = 5;
  std::vector<std::string> faults;
};

Result<std::string> simulator_path() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto path = self.parent_path() / "awsim";
  if (!error && std::filesystem::exists(path, error)) return path.string();
  return make_error(
      ErrorKind::not_found, "no_simulator",
      "the simulator is missing: awsim should lie beside hostmaster in " + self.parent_path().string());
}

Args simulator_args(const DemoOptions& options) {
  Args args = {"--port",        "0",
               "--resources",   std::to_string(options.resources),
               "--seed",        std::to_string(options.seed),
               "--accounts",    std::to_string(options.accounts),
               "--event-queues"};
  for (const std::string& fault : options.faults) args.push_back("--fault=" + fault);
  return args;
}

// The simulator's key is the process's own from here on; nothing of the user's AWS set-up is used.
void use_only(const Json& account) {
  for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN",
                           "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"}) {
    unsetenv(name);
  }
  setenv("AWS_CONFIG_FILE", "/dev/null", 1);
  setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
  setenv("AWS_ACCESS_KEY_ID", std::string(member_text(account, "access_key_id")).c_str(), 1);
  setenv("AWS_SECRET_ACCESS_KEY", std::string(member_text(account, "secret_access_key")).c_str(), 1);
}

Result<app::Config> demo_config(const DemoOptions& options, const Json& company,
                                const std::string& data_dir) {
  const std::string port = std::to_string(options.port);
  // Nothing from the environment: a demo never touches the real store.
  HM_TRY(auto config,
         app::load_config({.file = "/dev/null",
                           .flags = {{"data_dir", data_dir},
                                     {"listen", "127.0.0.1:" + port},
                                     {"aws_endpoint_url", std::string(member_text(company, "endpoint_url"))},
                                     {"aws_rate_share", "0"},
                                     {"aws_read_timeout_seconds", kPatience}},
                           .variable = nullptr}));
  std::vector<std::string> regions;
  for (const Json& region : company.at("regions").as_array()) regions.emplace_back(as_text(region));
  config.aws_region = regions.empty() ? "us-east-1" : regions.front();
  for (const Json& account : company.at("accounts").as_array()) {
    api::AccountEntry entry;
    entry.account_id = member_text(account, "account_id");
    entry.name = member_text(account, "name");
    entry.role_arn = member_text(account, "role_arn");
    entry.external_id = member_text(account, "external_id");
    entry.event_queues = {std::string(member_text(account, "event_queue"))};
    config.accounts.push_back(std::move(entry));
  }
  return config;
}

Status demo(const Args& args) {
  DemoOptions options;
  HM_DO(parse_options("demo", args,
                      {{"--port", "PORT", "where the dashboard listens", &options.port},
                       {"--resources", "N", "how many resources the company has", &options.resources},
                       {"--seed", "N", "the same seed is the same company", &options.seed},
                       {"--accounts", "N", "how many accounts it has", &options.accounts},
                       {"--fault", "SPEC", "what the simulated AWS does wrong", &options.faults}}));
  if (options.port < 0 || options.port > 65535)
    return make_error(ErrorKind::invalid, "usage", "--port wants 0 to 65535");
  set_up_log(LogLevel::warning, false);
  StopSignals signals;
  HM_TRY(const std::string simulator, simulator_path());
  HM_TRY(Child child, Child::start(simulator, simulator_args(options)));
  HM_TRY(const std::string banner, child.read_until_line("}").context("starting the simulator"));
  HM_TRY(const Json company, parse_json(banner));
  use_only(company.at("accounts").as_array().at(0));
  const TemporaryDirectory directory;
  HM_TRY(auto config, demo_config(options, company, directory.path()));
  SystemClock clock;
  HM_TRY(auto app, app::App::start(std::move(config), clock));
  const std::string password = identity::random_password();
  HM_TRY(const auto user,
         app->parts().users->add({"demo", identity::Via::server, ""}, {.name = "admin",
                                                                       .role = identity::Role::admin,
                                                                       .scope = {},
                                                                       .password = password,
                                                                       .must_change_password = false}));
  std::printf("%s runs in the simulator at %s\n\n", std::string(member_text(company, "company")).c_str(),
              std::string(member_text(company, "endpoint_url")).c_str());
  std::printf(
      "  HostMaster  %s\n  name        %s\n  password    %s   (for this demo only)\n\nCtrl-C ends it.\n",
      app->url().c_str(), user.name.c_str(), password.c_str());
  std::fflush(stdout);
  const bool simulator_ended = signals.wait(child.pid());
  app.reset();
  if (simulator_ended)
    return make_error(ErrorKind::unavailable, "simulator_ended", "the simulator has ended");
  return ok();
}

}  // namespace

int run_demo(const Args& args) {
  if (auto done = demo(args); !done) return report(done.error());
  return kExitOk;
}

}  // namespace hm::cli
