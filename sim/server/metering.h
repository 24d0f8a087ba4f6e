// Counts every call and what AWS would bill for it.
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "base/sync.h"
#include "sim/wire/wire.h"

namespace hm::sim {

class Metering {
 public:
  void count(const Wire& wire, const std::string& account_id, const Json& params, bool refused);
  Json report() const;
  void reset();

 private:
  struct Row {
    int64_t calls = 0, refused = 0;
    double usd = 0;
  };
  Synced<std::map<std::string, Row>> rows_;  // "account service operation"
};

}  // namespace hm::sim
