// What HostMaster's own calls cost its owner. The client asks before it sends, so a budget holds.
#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hm::aws {

// One request as it is about to be sent.
struct MeteredCall {
  std::string_view account_id;
  std::string_view region;
  std::string_view service;
  std::string_view operation;
  const Json& params;
  int attempt;  // from 1
};

// Thread-safe. The prices and the budget belong to whoever implements it.
class Meter {
 public:
  virtual ~Meter() = default;
  // Counts the request, or refuses it: an error of kind exhausted, code "budget_exceeded".
  virtual Status before(const MeteredCall& call) = 0;
};

}  // namespace hm::aws
