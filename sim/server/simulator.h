// The simulator as a value: a handler of HTTP requests, to be put behind a server or called in a test.
#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/http_server.h"
#include "base/time.h"
#include "sim/server/dispatch.h"
#include "sim/server/faults.h"
#include "sim/server/identity.h"
#include "sim/server/metering.h"
#include "sim/server/pages.h"
#include "sim/state/events.h"
#include "sim/state/queues.h"
#include "sim/state/trail.h"
#include "sim/state/world.h"

namespace hm::sim {

struct SimulatorOptions {
  EstateOptions estate;
  std::vector<std::string> faults;
  std::string latency;        // "20ms", "20ms-80ms"; empty: none
  bool throttle = false;      // AWS's token buckets
  bool event_queues = false;  // each account has a queue of events in the first region
  int synthesize = 0;         // rows for lists that nothing models
};

class Simulator {
 public:
  // `clock` must outlive the simulator. Fails on options that make no sense.
  static Result<std::unique_ptr<Simulator>> make(const SimulatorOptions& options, Clock& clock);
  ~Simulator();  // wakes calls that wait

  // Thread-safe; may block (latency, black holes) until the simulator ends.
  ServerResponse handle(const ServerRequest& request);
  // Ends every wait; what comes after is not delayed any more.
  void stop();

  World& world() { return world_; }
  const Identity& identity() const { return identity_; }
  // What the program prints at start and /_sim/credentials serves.
  Json credentials() const;
  Json planted();

 private:
  friend class Admin;
  Simulator(const Plan& plan, const SimulatorOptions& options, Clock& clock);

  Time now() const { return clock_.now() + Micros(offset_us_.load()); }
  bool has_region(std::string_view region) const;
  Result<Caller> authenticate(const Wire& wire, const ServerRequest& request, const Signature& signature);
  Status allow(const Wire& wire, const Caller& caller, const Signature& signature, const Json& params);
  // The account whose bucket is meant, or a refusal (no such bucket, another's, another region's).
  Status check_bucket(const Wire& wire, const Caller& caller, const Signature& signature);
  Result<ServerResponse> serve(const Wire& wire, const ServerRequest& request, const Signature& signature,
                               const std::string& request_id);
  std::optional<ServerResponse> disturb(const Wire& wire, const Signature& signature,
                                        const std::string& request_id);
  void wait(Micros duration);
  // As deploy/cloudformation/hostmaster-events.yaml makes them.
  void make_event_queues();
  // What changes by itself is told when it does, not when somebody looks.
  void watch(const std::stop_token& stop);
  uint64_t version_of(const std::string& account_id, const std::string& region);

  SimulatorOptions options_;
  Clock& clock_;
  std::atomic<int64_t> offset_us_{0};
  World world_;
  Identity identity_;
  Dispatcher dispatcher_;
  SignatureChecker checker_;
  Faults faults_;
  Throttle throttle_;
  Latency latency_;
  Metering metering_;
  Trail trail_;
  Queues queues_;
  Events events_;
  PageCache pages_;
  std::stop_source stop_;
  std::jthread watcher_;  // the last: it uses the others
};

}  // namespace hm::sim
