#include "app/ruling.h"

#include "base/log.h"

namespace hm::app {

namespace {

constexpr std::chrono::milliseconds kPause{500};
constexpr std::chrono::seconds kLookAgain{2};
constexpr std::chrono::seconds kAfterFailure{10};

}  // namespace

Ruling::Ruling(Querying& querying, store::Database& database, const rules::RuleBook& book, Clock& clock)
    : querying_(querying),
      database_(database),
      clock_(clock),
      engine_(database, querying.database(), book, clock),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Ruling::~Ruling() {
  thread_.request_stop();
  thread_.join();
}

void Ruling::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto report = engine_.step(stop);
    if (!report) {
      if (stop.stop_requested()) return;
      log_warning("rules", report.error().text());
      clock_.sleep_for(kAfterFailure, stop);
      continue;
    }
    for (const std::string& failure : report->failures) log_warning("rules", failure);
    // While a scan is under way there is always a change: the pause gathers them.
    clock_.sleep_for(kPause, stop);
    const auto position = querying_.database().position();
    database_.wait_for_change(position ? position->seq : 0, kLookAgain, stop);
  }
}

}  // namespace hm::app
