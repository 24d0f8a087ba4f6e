// The calls that are made for each item of a type, and what happens when they fail.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "aws/client.h"
#include "catalog/catalog.h"
#include "collect/extract.h"
#include "collect/limits.h"
#include "collect/reachability.h"
#include "collect/redact.h"
#include "inventory/inventory.h"

namespace hm::collect {

// What a sweep works with; outlives it.
struct Tools {
  aws::Client& client;
  const Redactor& redactor;
  Clock& clock;
  Limits& limits;
  Reachability& reachability;
};

// As whom, where and for which type.
struct SweepContext {
  const catalog::ResourceType& type;
  Origin origin;
  aws::Target target;  // its region is where the list is asked
  std::stop_token stop;
  Time started;  // what is read counts as read then, so that nothing misses its turn in the next sweep
};

using inventory::PartsRead;

// Values of `each` that one item may have.
inline constexpr size_t kMaxEach = 500;

aws::CallOptions call_options(std::stop_token stop);
// Fails where there are no credentials to call with: that says nothing about the place that would be called.
Status have_credentials(const SweepContext& context);
// How Reachability knows a region that is asked for `context`: what is listed once an account has a place of
// its own, because its endpoints are not the home region's.
std::string reached_as(const SweepContext& context, const std::string& region);
// One call, under the limits and counted in `calls`; not made where it would be in vain. A refusal has the
// note "missing_permission".
Result<Json> make_call(const Tools& tools, const SweepContext& context, const catalog::Call& call,
                       Json params, const std::string& region, std::atomic<int64_t>& calls);
// Rounds in which a call is made that failed by chance; within each the client makes its own attempts.
// Details and lists that a retry can save must not look like gaps.
inline constexpr int kRounds = 3;
// A failure that may go away by itself at once: throttled, or AWS could not serve. Not a timeout: who waits
// for a region that swallows packets must not wait thrice.
bool is_by_chance(const Error& error);
// Adds the note that says which permission a refused call lacked; not where the credentials were refused.
Error explain(Error error, const catalog::Call& call);

// For each detail, those before it whose answers it needs.
std::vector<std::vector<size_t>> dependencies_of(const catalog::ResourceType& type);

// Of the document without its details, so far as a difference is a change: where it differs from what it was,
// the details describe something else and all are due.
std::string fingerprint_of(const catalog::ResourceType& type, const Json& document);
bool has_slow_details(const catalog::ResourceType& type);

// Fills the details of `item` that are due. One that failed goes into item.unknown; one that is not due is
// absent from the document and named in item.read_at. Gives what is to be known of them in the next sweep.
PartsRead read_details(const Tools& tools, const SweepContext& context,
                       const std::vector<std::vector<size_t>>& dependencies, const PartsRead& read_before,
                       inventory::Observed& item, std::atomic<int64_t>& calls);

}  // namespace hm::collect
