// The service quotas that AWS tells, each with how much of it is used as far as the inventory can count it.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "identity/scope.h"
#include "inventory/projection.h"
#include "query/query.h"

namespace hm::inventory {

struct QuotaUse {
  std::string account_id;
  std::string region;
  std::string service_code;  // "vpc"
  std::string service_name;
  std::string quota_code;  // "L-F678F1CE"
  std::string quota_name;
  std::string resource_id;  // of the quota itself
  std::string unit;
  std::optional<bool> adjustable;
  std::optional<double> value;           // the limit in force; nothing: AWS told none
  std::string counts;                    // what is counted; empty: nothing here counts the use of this quota
  std::optional<double> used;            // nothing: not counted, or not known
  std::string fullest;                   // which of several is meant; empty where there is but one
  std::string unknown;                   // why `used` is not known although it is counted
  std::optional<double> share() const {  // of the limit that is used; nothing where either is not known
    if (!used || !value || *value <= 0) return std::nullopt;
    return *used / *value;
  }
};

struct QuotaList {
  std::vector<QuotaUse> quotas;  // by share, the fullest first; then what is not known; then the rest by name
  Trust trust;                   // of the quotas themselves
};
// As many are told; an account has some 400 in each region.
inline constexpr int64_t kMostQuotas = 200'000;

// Reads one snapshot for all facts of catalog/quotas, within the scope. Thread-safe. Errors: as query_now;
// exhausted "query_limit" beyond kMostQuotas.
Result<QuotaList> quota_list(store::Database& database, query::QueryDatabase& query,
                             const catalog::Catalog& catalog, const identity::Scope& scope,
                             const std::stop_token& stop = {});

}  // namespace hm::inventory
