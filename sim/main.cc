// awsim: an AWS of one's own, on loopback.
#include <csignal>
#include <cstdio>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "sim/server/simulator.h"

namespace {

struct Flags {
  hm::sim::SimulatorOptions simulator;
  uint16_t port = 0;
  int threads = 64;
  bool list_planted = false;
  std::string regions = "eu-west-1,us-east-1,eu-central-1,us-west-2";
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  size_t at = 0;
  while (at <= text.size()) {
    const auto end = std::min(text.find(',', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

void add_flags(CLI::App& app, Flags& flags) {
  auto& estate = flags.simulator.estate;
  app.add_option("--port", flags.port, "Port on loopback; 0 takes any free one")->capture_default_str();
  app.add_option("--seed", estate.seed, "The same seed is the same company")->capture_default_str();
  app.add_option("--resources", estate.resources, "How many resources the company has in all")
      ->capture_default_str();
  app.add_option("--accounts", estate.accounts, "How many accounts")->capture_default_str();
  app.add_option("--regions", flags.regions, "Regions, separated by commas")->capture_default_str();
  app.add_option("--fault", flags.simulator.faults,
                 "fail:30% | blackhole:REGION | denied:ACCOUNT[:service[:Operation]] | "
                 "deny-resource:service:Operation:resource | expired[:ACCOUNT] | throttle:service | "
                 "events:lose:30% | events:twice:30% | events:shuffle:30% | events:delay:500ms; repeatable");
  app.add_option("--latency", flags.simulator.latency, "Delay of each answer: 20ms or 20ms-80ms");
  app.add_flag("--throttle", flags.simulator.throttle, "Limit rates as AWS does, by token buckets");
  app.add_option("--synthesize", flags.simulator.synthesize,
                 "Answer lists that are not modelled with so many rows over two pages")
      ->check(CLI::Range(0, 1000));
  app.add_flag("--event-queues", flags.simulator.event_queues,
               "Give each account a queue of events in the first region, and rules that fill it");
  app.add_option("--threads", flags.threads, "Calls that are handled at once")->check(CLI::Range(1, 1024));
  app.add_flag("--list-planted", flags.list_planted, "Print what is planted in the estate as JSON, and end");
}

int fail(const hm::Error& error) {
  std::fprintf(stderr, "awsim: %s\n", error.message.c_str());
  return 2;
}

int run(const Flags& flags) {
  hm::SystemClock clock;
  auto simulator = hm::sim::Simulator::make(flags.simulator, clock);
  if (!simulator) return fail(simulator.error());
  if (flags.list_planted) {
    std::cout << hm::to_json_pretty((*simulator)->planted()) << "\n";
    return 0;
  }
  // Taken before any thread exists, so that every thread leaves these signals to sigwait below.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  hm::ServerOptions options;
  options.port = flags.port;
  options.handler_threads = flags.threads;
  options.max_queued = 4096;
  auto server = hm::start_http_server(
      options, [&](const hm::ServerRequest& request) { return (*simulator)->handle(request); });
  if (!server) return fail(server.error());
  auto banner = (*simulator)->credentials();
  banner.as_object()["endpoint_url"] = "http://127.0.0.1:" + std::to_string((*server)->port());
  std::cout << hm::to_json_pretty(banner) << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  (*simulator)->stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app("An AWS simulator that speaks the real wire protocols on one loopback port.", "awsim");
  add_flags(app, flags);
  CLI11_PARSE(app, argc, argv);
  flags.simulator.estate.regions = split(flags.regions);
  hm::set_up_log(hm::LogLevel::warning, false);
  return run(flags);
}
