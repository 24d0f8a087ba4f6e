// How each protocol words what is no matter of one operation: credentials, permissions, rates, failures.
#pragma once

#include "sim/wire/wire.h"

namespace hm::sim {

enum class Reason {
  missing_credentials,
  unknown_key,
  bad_token,
  wrong_signature,
  expired_session,
  skewed_clock,
  expired_url,
  denied,
  throttled,
  internal
};

// `detail` completes the sentence where it names something: the caller and the action of a denial.
Error refuse(const Wire& wire, Reason reason, const std::string& detail = {});

}  // namespace hm::sim
