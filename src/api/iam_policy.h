// The permissions that HostMaster needs, made from the catalog: exactly the union of what is called.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "catalog/catalog.h"

namespace hm::api {

// IAM action -> the resource types that need it. `with_metrics`: their metrics are read too.
std::map<std::string, std::vector<std::string>> needed_permissions(const catalog::Catalog& catalog,
                                                                   bool with_metrics);
// The policy documents: one where a role can hold it inline, else as many managed ones as it takes.
std::vector<Json> iam_policies(const catalog::Catalog& catalog, bool with_metrics);
std::vector<Json> iam_policies_of(const std::vector<std::string>& actions);
// Who may assume the role, and with which external id only.
Json trust_policy(const std::string& principal_arn, const std::string& external_id);
// "arn:aws:iam::1:role/R" of "arn:aws:sts::1:assumed-role/R/session", which is what policies name; other ARNs
// as they are.
std::string principal_of(const std::string& arn);

}  // namespace hm::api
