#include "rules/finding.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "inventory/inventory.h"

namespace hm::rules {
namespace {

constexpr std::array<std::string_view, 6> kStates = {"pending", "open",     "acknowledged",
                                                     "snoozed", "excepted", "resolved"};
constexpr std::array<std::string_view, 4> kOutcomes = {"found", "passed", "unknown", "gone"};

template <class Enum, size_t N>
std::optional<Enum> from_text(const std::array<std::string_view, N>& names, std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool is_held(const Finding& finding, Time now) {
  return finding.held.has_value() && finding.held_until.has_value() && *finding.held_until > now;
}

// It has been found for long enough.
FindingEvent enter(Finding& finding, Time now) {
  const bool again = finding.opened_at.has_value();
  finding.opened_at = now;
  if (is_held(finding, now)) {
    finding.state = *finding.held;
    return {std::string(to_string(finding.state)), std::string(kEngine),
            "it was decided before and still holds", finding.held_until};
  }
  finding.state = State::open;
  finding.note.clear();
  finding.actor.clear();
  return {again ? "reopened" : "opened", std::string(kEngine), finding.reason, std::nullopt};
}

void leave_found(Finding& finding, Time last_run) {
  if (finding.outcome == Outcome::found) finding.last_seen = std::max(finding.last_seen, last_run);
}

Error invalid(std::string why) { return make_error(ErrorKind::invalid, "invalid", std::move(why)); }

Status check_until(const Decision& decision, std::chrono::hours longest, Time now) {
  if (!decision.until) return invalid("\"until\" is missing: say until when");
  if (*decision.until <= now) return invalid("\"until\" is over already");
  if (*decision.until - now > longest)
    return invalid("\"until\" is at most " + std::to_string(longest.count() / 24) + " days ahead");
  return ok();
}

}  // namespace

std::string_view to_string(State state) { return kStates[static_cast<size_t>(state)]; }
std::optional<State> state_from(std::string_view text) { return from_text<State>(kStates, text); }
std::string_view to_string(Outcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }
std::optional<Outcome> outcome_from(std::string_view text) { return from_text<Outcome>(kOutcomes, text); }

std::optional<FindingEvent> on_found(Finding& finding, const Found& found, std::chrono::seconds hold,
                                     Time now) {
  finding.outcome = Outcome::found;
  finding.doubt.clear();
  finding.severity = found.severity;
  finding.reason = found.reason;
  finding.saving_usd = found.saving_usd;
  finding.evidence = to_json(found.evidence);
  if (finding.state == State::resolved) {
    finding.state = State::pending;
    finding.found_since = now;
    finding.resolved_at.reset();
    finding.resolution.clear();
  }
  if (finding.state != State::pending || now - finding.found_since < hold) return std::nullopt;
  return enter(finding, now);
}

void on_unknown(Finding& finding, const std::string& why, Time last_run) {
  // What is resolved stays so, and nobody waits for it.
  if (finding.state == State::resolved) return;
  leave_found(finding, last_run);
  finding.outcome = Outcome::unknown;
  finding.doubt = why;
}

std::optional<FindingEvent> on_passed(Finding& finding, Outcome outcome, const std::string& resolution,
                                      Time now, Time last_run) {
  if (finding.state == State::resolved) return std::nullopt;
  const bool opened = finding.state != State::pending;
  leave_found(finding, last_run);
  finding.outcome = outcome;
  finding.doubt.clear();
  finding.state = State::resolved;
  finding.resolved_at = now;
  finding.resolution = resolution;
  // Of what never opened, nobody heard.
  if (!opened) return std::nullopt;
  return FindingEvent{"resolved", std::string(kEngine), resolution, std::nullopt};
}

std::optional<FindingEvent> on_time(Finding& finding, Time now) {
  if (finding.state != State::snoozed && finding.state != State::excepted) return std::nullopt;
  if (is_held(finding, now)) return std::nullopt;
  const bool snoozed = finding.state == State::snoozed;
  finding.state = State::open;
  finding.held.reset();
  finding.held_until.reset();
  finding.note.clear();
  finding.actor.clear();
  return FindingEvent{snoozed ? "snooze_ended" : "exception_ended", std::string(kEngine), "", std::nullopt};
}

Result<FindingEvent> decide(Finding& finding, const Decision& decision, Time now) {
  if (decision.note.size() > kMostNoteBytes) return invalid("a note has at most 1000 bytes");
  if (finding.state == State::resolved || finding.state == State::pending)
    return make_error(ErrorKind::conflict, std::string(to_string(finding.state)),
                      finding.state == State::resolved
                          ? "the finding is resolved: it opens again by itself when it is found again"
                          : "the finding has not opened yet");
  if (decision.state == State::snoozed) HM_DO(check_until(decision, kLongestSnooze, now));
  if (decision.state == State::excepted) {
    if (decision.note.empty()) return invalid("an exception needs a reason");
    HM_DO(check_until(decision, kLongestException, now));
  }
  if (decision.state == State::open && finding.state == State::open)
    return make_error(ErrorKind::conflict, "open", "the finding is open already");
  const bool holds = decision.state == State::snoozed || decision.state == State::excepted;
  finding.state = decision.state;
  finding.held = holds ? std::optional(decision.state) : std::nullopt;
  finding.held_until = holds ? decision.until : std::nullopt;
  finding.note = decision.note;
  finding.actor = decision.actor;
  const std::string kind =
      decision.state == State::open ? "reopened" : std::string(to_string(decision.state));
  return FindingEvent{kind, decision.actor, decision.note, finding.held_until};
}

int64_t finding_number(std::string_view rule, int64_t resource) {
  std::string text = inventory::resource_id(resource);
  text += '\0';
  text += rule;
  const Digest digest = sha256(text);
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
  return static_cast<int64_t>(number >> 1);
}

}  // namespace hm::rules
