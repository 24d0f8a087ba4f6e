// Runs the rules: everything when it starts and when the rules change, then only those of whose types
// something changed, or a sweep ended otherwise than the one before, as the change log says. A sweep that
// found all as it was is no reason: in a large company one ends every few milliseconds. What the log cannot
// say, that time has passed and sweeps have grown old, a round now and then finds out.
//
// It reads the query database, which somebody else keeps up to the store, and never knows more than that.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "query/query.h"
#include "rules/keeper.h"
#include "rules/rule_book.h"

namespace hm::rules {

// A rule runs anew after at most this time, whether or not anything changed.
constexpr std::chrono::minutes kRunEvery{10};
// Between two runs of a rule lie fifty times what the last one took, its findings' keeping included, but no
// less than five seconds and no more than a minute: some dozens of rules stay a part of one processor,
// however large and busy the estate is, and nobody waits long. One that takes long rests ten times that in
// any case.
constexpr std::chrono::seconds kRunPause{5};
constexpr std::chrono::seconds kLongestPause{60};
constexpr int kRunShare = 50;
constexpr int kLeastShare = 10;

struct EngineReport {
  int64_t ran = 0;
  int64_t failed = 0;
  int64_t opened = 0;
  int64_t resolved = 0;
  std::vector<std::string> failures;  // "rule: why", at most kMostFailures
};
constexpr size_t kMostFailures = 20;

// Whether the rules that this process knows are those in force. A scan by hand with another catalog or
// configuration says nothing of the rules that it lacks.
enum class Book { in_force, partial };

// Not thread-safe: one for the process.
class Engine {
 public:
  // All outlive it.
  Engine(store::Database& database, query::QueryDatabase& query, const RuleBook& book, const Clock& clock,
         Book of = Book::in_force)
      : database_(database), query_(query), book_(book), clock_(clock), of_(of), keeper_(database) {}

  // Runs what is due. A rule that fails is kept as failed and stops no other. An error is of the store or the
  // query database, the first of them; what could be done beside it is done.
  Result<EngineReport> step(const std::stop_token& stop = {});
  // Runs everything, due or not.
  Result<EngineReport> run_all(const std::stop_token& stop = {});

 private:
  struct Standing {
    ActiveRule rule;
    std::optional<query::Shape> shape;
    std::optional<std::set<std::string>> types;  // whose changes concern it; nothing: all
    bool reads_sweeps = false;                   // the mere times of sweeps concern it too
    bool dirty = true;
    std::optional<Time> ran_at;
    std::chrono::microseconds took{0};
  };

  Result<bool> follow();
  Status reload();
  Status apply(const std::vector<store::Change>& changes);
  bool is_due(const Standing& standing, Time now) const;
  Status keep_time(Time now);
  Status run(Standing& standing, EngineReport& report, const std::stop_token& stop);
  Status fail(Standing& standing, const Error& error, EngineReport& report);

  store::Database& database_;
  query::QueryDatabase& query_;
  const RuleBook& book_;
  const Clock& clock_;
  const Book of_;
  Keeper keeper_;
  std::map<std::string, Standing> standing_;  // by rule
  std::string source_;                        // the store's identity
  std::optional<int64_t> seq_;                // up to which changes have been looked at
  bool stale_book_ = true;
  std::optional<Time> kept_time_at_;
};

}  // namespace hm::rules
