#include "app/searching.h"

#include "base/log.h"

namespace hm::app {

namespace {

constexpr std::chrono::seconds kLookAgain{1};
constexpr std::chrono::seconds kAfterFailure{5};

}  // namespace

Searching::Searching(store::Database& database, Clock& clock, std::unique_ptr<inventory::Search> search)
    : database_(database),
      clock_(clock),
      search_(std::move(search)),
      thread_([this](const std::stop_token& stop) { follow(stop); }) {}

Result<std::unique_ptr<Searching>> Searching::start(const Config& config, const catalog::Catalog& catalog,
                                                    store::Database& database, Clock& clock) {
  HM_TRY(auto search, inventory::Search::open(config.data_dir, database, catalog));
  return std::unique_ptr<Searching>(new Searching(database, clock, std::move(search)));
}

Searching::~Searching() {
  thread_.request_stop();
  thread_.join();
}

void Searching::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto applied = search_->catch_up(stop); !applied) {
      // Answers say that they are behind meanwhile.
      log_warning("search", applied.error().text());
      clock_.sleep_for(kAfterFailure, stop);
      continue;
    }
    auto position = search_->position();
    database_.wait_for_change(position ? *position : 0, kLookAgain, stop);
  }
}

}  // namespace hm::app
