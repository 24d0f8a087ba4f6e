// A finding and its life: what an observation or a person's decision makes of it. Pure; keeping is
// keeper.h's.
//
//   found, long enough ──▶ open ◀──▶ acknowledged
//                           │ ▲ ──▶ snoozed until a time
//                           │ │ ──▶ excepted with a reason until a time
//                           ▼ │
//                         resolved: it no longer holds, or the resource or the rule is gone
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "catalog/rule.h"
#include "rules/found.h"

namespace hm::rules {

// Pending: found, but not yet for as long as the rule asks.
enum class State { pending, open, acknowledged, snoozed, excepted, resolved };
std::string_view to_string(State state);
std::optional<State> state_from(std::string_view text);

// Of the latest run that judged the resource.
enum class Outcome { found, passed, unknown, gone };
std::string_view to_string(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view text);

struct Finding {
  int64_t number = 0;
  std::string rule;
  std::string category;
  int64_t resource = 0;  // inventory::resource_number
  std::string type;
  std::string account_id;
  std::string region;
  State state = State::pending;
  Outcome outcome = Outcome::found;
  std::string doubt;  // why the outcome is unknown
  catalog::Severity severity = catalog::Severity::medium;
  std::string reason;
  std::optional<std::string> saving_usd;  // a month, as decimal text; nothing: not known
  std::string evidence;                   // JSON
  // The last snooze or exception, which holds also over a time in which the finding was resolved.
  std::optional<State> held;
  std::optional<Time> held_until;
  std::string note;   // of the last decision
  std::string actor;  // whose it was
  Time first_seen;
  Time found_since;  // of the present time of being found
  Time last_seen;    // while it is found, of the rule's last run instead
  std::optional<Time> opened_at;
  std::optional<Time> resolved_at;
  std::string resolution;  // fixed, gone, no_longer_judged, rule_removed, rule_disabled

  bool operator==(const Finding&) const = default;
};

struct FindingEvent {
  std::string
      kind;  // opened, reopened, acknowledged, snoozed, excepted, resolved, snooze_ended, exception_ended
  std::string actor;
  std::string note;
  std::optional<Time> until;
};

// Who is written for what the engine does by itself.
inline constexpr std::string_view kEngine = "hostmaster";

std::optional<FindingEvent> on_found(Finding& finding, const Found& found, std::chrono::seconds hold,
                                     Time now);
// `last_run`: of the run before, up to which it was found.
void on_unknown(Finding& finding, const std::string& why, Time last_run);
std::optional<FindingEvent> on_passed(Finding& finding, Outcome outcome, const std::string& resolution,
                                      Time now, Time last_run);
// A snooze or an exception that has run out.
std::optional<FindingEvent> on_time(Finding& finding, Time now);

// Decisions of people. Errors: conflict "resolved" (there is nothing to decide), invalid.
struct Decision {
  State state = State::acknowledged;  // acknowledged, snoozed, excepted; open: reopened
  std::string actor{};
  std::string note{};  // of an exception, the reason: it must be there
  std::optional<Time> until{};
};
constexpr size_t kMostNoteBytes = 1'000;
constexpr std::chrono::hours kLongestSnooze{24 * 366};
constexpr std::chrono::hours kLongestException{24 * 366 * 3};
Result<FindingEvent> decide(Finding& finding, const Decision& decision, Time now);

// The same in every database: of the rule and the resource.
int64_t finding_number(std::string_view rule, int64_t resource);

}  // namespace hm::rules
