// The least that AWS must allow, made from the catalog: exactly the union of what is called.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace hm::catalog {

// AWS's limit on a managed policy, counted without white space.
inline constexpr size_t kMaxPolicyCharacters = 6144;

// Every IAM action that is called, sorted. Where metrics are not read, their actions are not among them.
std::vector<std::string> needed_actions(const Catalog& catalog, bool with_metrics = true);
// As one policy document, or as several where one would pass AWS's limit.
std::vector<Json> iam_policies(const std::vector<std::string>& actions, size_t limit = kMaxPolicyCharacters);

// Beside them, for queues of events, given as ARNs: to receive and delete their messages, and no others'.
Json event_policy(const std::vector<std::string>& queue_arns);

}  // namespace hm::catalog
