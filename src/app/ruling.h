// The rules of this process: run by a thread of their own on what the query database knows.
#pragma once

#include <thread>

#include "app/querying.h"
#include "rules/engine.h"

namespace hm::app {

class Ruling {
 public:
  // All outlive it.
  Ruling(Querying& querying, store::Database& database, const rules::RuleBook& book, Clock& clock);
  ~Ruling();

 private:
  void run(const std::stop_token& stop);

  Querying& querying_;
  store::Database& database_;
  Clock& clock_;
  rules::Engine engine_;
  std::jthread thread_;
};

}  // namespace hm::app
