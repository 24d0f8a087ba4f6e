// Who made a change: the calls that CloudTrail knows of, kept without what they said, and joined to the
// changes of resources by what they name and when they were made.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "inventory/changes.h"
#include "inventory/inventory.h"
#include "store/database.h"

namespace hm::inventory {

// One call that was let through and changed something.
struct TrailEvent {
  std::string event_id;
  Time at;
  std::string call;            // "ec2:StopInstances"
  std::string principal;       // an ARN, or the service that called
  std::string principal_type;  // as CloudTrail says: "AssumedRole"
  std::string via;             // the service that called on the principal's behalf; may be empty
  std::string source_ip;
  std::string user_agent;
  std::set<int64_t> targets;  // of trail_target()
};

// The id, ARN or name of a resource as it is kept: a number that tells whether two are the same, and nothing
// else.
int64_t trail_target(std::string_view account_id, std::string_view text);

// "lambda:UpdateFunctionCode20150331v2" is "lambda:UpdateFunctionCode": some services name the version of
// their API. So the catalog's `events` name a call.
std::string_view call_without_version(std::string_view call);

// Where AWS tells of what lives in no region: calls of IAM, numbers of CloudFront.
std::string home_region_of(std::string_view partition);
// "aws-cn" of "arn:aws-cn:iam::…"; "aws" where it is no ARN.
std::string partition_of(std::string_view arn);

// How far the event history of an account's region has been read.
struct TrailPosition {
  std::string account_id;
  std::string region;
  std::optional<Time> read_from,
      read_to;  // all that reached CloudTrail in between is known; nothing: none is
  Time looked_at;
  Outcome outcome = Outcome::failed;  // of the latest look
  std::string code, message;          // of its error
};
Result<std::optional<TrailPosition>> trail_position(store::Database& database, const std::string& account_id,
                                                    const std::string& region);
Result<std::vector<TrailPosition>> list_trail_positions(store::Database& database, const Scope& scope);

// Keeps events (those that are known already once) and moves the position. Gives how many were new. At most
// kMostTrailEvents at once.
constexpr size_t kMostTrailEvents = 50'000;
Result<int64_t> record_trail(store::Database& database, const TrailPosition& position,
                             const std::vector<TrailEvent>& events);

struct Caller {
  std::string principal, principal_type, via, call, source_ip, user_agent, event_id, region;
  Time at;
  // The call was made before the resource was last seen as it had been: its effect came later, or the part
  // that changed is read seldom.
  bool earlier = false;
};
struct Who {
  std::vector<Caller> callers;  // that fit, the likeliest first, at most kMostCallers
  int64_t more = 0;             // that fit and are not listed
  std::string code, reason;     // where nobody fits: why
  bool known() const { return !callers.empty(); }
};
constexpr size_t kMostCallers = 5;

// For each of these changes (at most 1,000).
Result<std::vector<Who>> who_made(store::Database& database, const catalog::Catalog& catalog,
                                  const std::vector<Event>& events);

}  // namespace hm::inventory
