#include "rules/engine.h"

#include <algorithm>

#include "inventory/inventory.h"
#include "rules/check.h"

namespace hm::rules {
namespace {

constexpr int kChangesPerStep = 10'000;
constexpr size_t kIdsPerRead = 200;
constexpr std::chrono::minutes kLookAtClockEvery{1};

// The types of resources that are named by their numbers.
Status add_types(store::Reader& reader, const std::vector<int64_t>& numbers, std::set<std::string>& types) {
  for (size_t at = 0; at < numbers.size();) {
    store::Params params;
    std::string places;
    for (; at < numbers.size() && params.size() < kIdsPerRead; ++at) {
      params.emplace_back(numbers[at]);
      places += (places.empty() ? "$" : ", $") + std::to_string(params.size());
    }
    HM_DO(reader.each("select distinct type from resource where id in (" + places + ")", params,
                      [&](const store::Row& row) {
                        types.insert(row.string(0));
                        return ok();
                      }));
  }
  return ok();
}

// Whether it rests on when a place was looked at, and not only on what was found there.
bool reads_sweeps(const query::Shape& shape) {
  return std::any_of(shape.reads.begin(), shape.reads.end(), [](const auto& read) {
    return read.first == "sweep" || read.first == "account" || read.second.contains("last_seen");
  });
}

// A rule is at fault where it asks for something impossible; everything else is the database's trouble.
bool is_rules_fault(const Error& error) {
  return error.kind == ErrorKind::invalid || error.kind == ErrorKind::denied ||
         error.kind == ErrorKind::exhausted;
}

}  // namespace

Status Engine::reload() {
  HM_TRY(const auto rules, book_.rules());
  std::map<std::string, Standing> next;
  for (const ActiveRule& rule : rules) {
    if (!rule.enabled) continue;
    const auto known = standing_.find(rule.id());
    const bool same = known != standing_.end() && known->second.rule.fingerprint == rule.fingerprint &&
                      known->second.rule.problem == rule.problem;
    Standing& standing = next[rule.id()];
    if (same) standing = std::move(known->second);
    standing.rule = rule;
  }
  standing_ = std::move(next);
  if (of_ == Book::in_force) HM_DO(keeper_.retire(rules, clock_.now()));
  stale_book_ = false;
  return ok();
}

Status Engine::apply(const std::vector<store::Change>& changes) {
  std::set<std::string> types, swept;
  std::vector<int64_t> numbers;
  for (const store::Change& change : changes) {
    if (change.noun == "resource")
      if (const auto number = inventory::resource_number(std::string_view(change.id)))
        numbers.push_back(*number);
    if (change.noun == "outcome" || change.noun == "sweep")
      if (const auto place = inventory::place_from(change.id))
        (change.noun == "outcome" ? types : swept).insert(place->type);
    // What the author of a rule may see has a say in what the rule sees.
    if (change.noun == "user_rule" || change.noun == "user") stale_book_ = true;
  }
  HM_DO(database_.read("looking what changed",
                       [&](store::Reader& reader) { return add_types(reader, numbers, types); }));
  for (auto& entry : standing_) {
    Standing& standing = entry.second;
    const auto concerns = [&standing](const std::set<std::string>& changed) {
      const auto& own = standing.types;
      return !changed.empty() &&
             (!own || std::any_of(changed.begin(), changed.end(),
                                  [&own](const auto& type) { return own->contains(type); }));
    };
    standing.dirty = standing.dirty || concerns(types) || (standing.reads_sweeps && concerns(swept));
  }
  return ok();
}

// False: the query database holds nothing of this store yet, and an empty one must not be judged.
Result<bool> Engine::follow() {
  if (source_.empty()) {
    HM_TRY(source_, database_.identity());
  }
  HM_TRY(const query::Position position, query_.position());
  if (position.source != source_) return false;
  if (!seq_) seq_ = position.seq;
  while (*seq_ < position.seq) {
    auto changes = database_.follow(*seq_, kChangesPerStep);
    if (!changes) {
      if (changes.error().code != "trimmed") return std::move(changes.error());
      for (auto& [id, standing] : standing_) standing.dirty = true;
      seq_ = position.seq;
      break;
    }
    // What the query database does not know yet comes with the next step.
    std::erase_if(*changes, [&](const store::Change& change) { return change.seq > position.seq; });
    if (changes->empty()) break;
    HM_DO(apply(*changes));
    seq_ = changes->back().seq;
  }
  return true;
}

bool Engine::is_due(const Standing& standing, Time now) const {
  if (!standing.ran_at) return true;
  // A clock that was set back must not silence the rules.
  if (now < *standing.ran_at) return true;
  const auto since = now - *standing.ran_at;
  if (since >= kRunEvery) return true;
  const Micros pause = std::clamp<Micros>(standing.took * kRunShare, kRunPause, kLongestPause);
  return standing.dirty && since >= std::max<Micros>(pause, standing.took * kLeastShare);
}

Status Engine::fail(Standing& standing, const Error& error, EngineReport& report) {
  ++report.failed;
  if (report.failures.size() < kMostFailures)
    report.failures.push_back(standing.rule.id() + ": " + error.text());
  return keeper_.keep_failure(standing.rule.id(), error, clock_.now());
}

Status Engine::run(Standing& standing, EngineReport& report, const std::stop_token& stop) {
  const Time now = clock_.now();
  standing.ran_at = now;
  standing.dirty = false;
  const ActiveRule& rule = standing.rule;
  if (!rule.problem.empty())
    return fail(standing, make_error(ErrorKind::invalid, "rule_problem", rule.problem), report);
  if (!standing.shape) {
    auto shape = query_.describe(rule.rule->sql);
    if (!shape)
      return is_rules_fault(shape.error()) ? fail(standing, shape.error(), report) : Status(shape.error());
    standing.types = types_behind(*rule.rule, *shape, book_.catalog());
    standing.reads_sweeps = reads_sweeps(*shape);
    standing.shape = std::move(*shape);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto evaluation = evaluate(query_, book_.catalog(), rule, *standing.shape, now, stop);
  Result<KeepCounts> counts = KeepCounts{};
  if (evaluation) counts = keeper_.keep(rule, *evaluation);
  // One that ran into a limit took the longest of all, and would else be the first to run again.
  standing.took =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  if (!evaluation)
    return is_rules_fault(evaluation.error()) ? fail(standing, evaluation.error(), report)
                                              : Status(evaluation.error());
  if (!counts) return std::move(counts.error());
  ++report.ran;
  report.opened += counts->opened;
  report.resolved += counts->resolved;
  return ok();
}

// What one rule meets keeps no other from its turn, and no snooze from its end.
Result<EngineReport> Engine::step(const std::stop_token& stop) {
  EngineReport report;
  HM_TRY(const bool ready, follow());
  if (!ready) return report;
  if (stale_book_) HM_DO(reload());
  std::optional<Error> trouble;
  for (auto& [id, standing] : standing_) {
    if (stop.stop_requested()) break;
    if (!is_due(standing, clock_.now())) continue;
    auto ran = run(standing, report, stop);
    if (ran) continue;
    standing.dirty = true;
    if (!trouble) trouble = std::move(ran.error()).context("running the rule " + id);
    // Where the store is away, each of the others would only wait for it in vain.
    if (auto there = database_.ping(); !there) break;
  }
  if (auto kept = keep_time(clock_.now()); !kept && !trouble) trouble = std::move(kept.error());
  if (trouble) return std::move(*trouble);
  return report;
}

Status Engine::keep_time(Time now) {
  if (kept_time_at_ && now >= *kept_time_at_ && now - *kept_time_at_ < kLookAtClockEvery) return ok();
  HM_DO(keeper_.on_time(now));
  kept_time_at_ = now;
  return ok();
}

Result<EngineReport> Engine::run_all(const std::stop_token& stop) {
  stale_book_ = true;
  for (auto& [id, standing] : standing_) standing.ran_at.reset();
  return step(stop);
}

}  // namespace hm::rules
