// What of AWS could be reached lately, so that nobody waits in vain where others have waited already.
//
// A service of a region is passed by for a while after two calls in a row had no answer, and a whole region
// after two of its services had none. One answer from the region makes all of it worth a try again. Accounts
// share this knowledge: they call the same servers.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "aws/client.h"
#include "base/result.h"
#include "base/time.h"

namespace hm::collect {

// True where AWS was not reached: no connection, or no answer in time.
bool is_unreachable(const Error& error);
// True where nobody asked, because others had asked in vain just before.
bool is_passed_by(const Error& error);

struct ReachabilityOptions {
  int tries = 2;               // calls to one service in vain, until it is passed by
  size_t silent_services = 2;  // services in vain, until the region is passed by
  std::chrono::seconds closed_for{60};
  // So much longer for the details of what was listed elsewhere: they would hold up the whole list, while the
  // region's own lists try it again with every sweep.
  std::chrono::seconds visitors_wait{600};
};

// Thread-safe. Knows as many places as there are regions x services.
class Reachability {
 public:
  // The clock outlives it.
  explicit Reachability(const Clock& clock, ReachabilityOptions options = {})
      : clock_(clock), options_(options) {}

  // `ask(call_options)` gives a Result or Status of calls to a service of a region, or is not called at all
  // where that would be in vain. A place that has not answered yet is asked once; the client's retries are
  // for those that have. `visitor`: the call is a detail of something that is listed in another region.
  template <class Ask>
  auto call(const std::string& region, const std::string& service, bool visitor, aws::CallOptions options,
            Ask&& ask) -> decltype(ask(options)) {
    const Way way = enter(region, service, visitor);
    if (way == Way::closed) return passed_by(region, service);
    if (way != Way::open) options.max_attempts = 1;
    auto answer = ask(options);
    leave(region, service, answer ? nullptr : &answer.error());
    return answer;
  }

  // Whether anything of the region has answered since it last was silent.
  bool is_reached(const std::string& region) const;

 private:
  enum class Way { open, untried, probe, closed };
  // Closed until a time; then one call goes through to see.
  struct Gate {
    bool closed = false;
    bool probing = false;
    Time until{};
  };
  struct Service {
    Gate gate;
    int in_vain = 0;
    bool reached = false;
  };
  struct Region {
    Gate gate;
    std::set<std::string> silent;  // services that had no answer since the last answer of any
    std::map<std::string, Service> services;
  };

  Way enter(const std::string& region, const std::string& service, bool visitor);
  // Null: it answered.
  void leave(const std::string& region, const std::string& service, const Error* error);
  Error passed_by(const std::string& region, const std::string& service) const;
  bool is_shut(const Gate& gate, bool visitor) const;
  void shut(Gate& gate);

  const Clock& clock_;
  const ReachabilityOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, Region> regions_;
};

}  // namespace hm::collect
