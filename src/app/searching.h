// The search index of this process: kept up to the store by a thread of its own, asked by the API.
#pragma once

#include <memory>
#include <thread>

#include "app/config.h"
#include "inventory/search.h"

namespace hm::app {

class Searching {
 public:
  // All outlive it.
  static Result<std::unique_ptr<Searching>> start(const Config& config, const catalog::Catalog& catalog,
                                                  store::Database& database, Clock& clock);
  ~Searching();

  inventory::Search& search() { return *search_; }

 private:
  Searching(store::Database& database, Clock& clock, std::unique_ptr<inventory::Search> search);
  void follow(const std::stop_token& stop);

  store::Database& database_;
  Clock& clock_;
  std::unique_ptr<inventory::Search> search_;
  std::jthread thread_;
};

}  // namespace hm::app
