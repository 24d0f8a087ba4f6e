#include "api/iam_policy.h"

#include "catalog/iam_policy.h"

namespace hm::api {

namespace {
// AWS's limit on all inline policies of a role together.
constexpr size_t kMaxInlineCharacters = 10'240;
}  // namespace

std::map<std::string, std::vector<std::string>> needed_permissions(const catalog::Catalog& catalog,
                                                                   bool with_metrics) {
  std::map<std::string, std::vector<std::string>> needed;
  for (const std::string& action : catalog::needed_actions(catalog, with_metrics)) needed[action];
  for (const auto& type : catalog.resources()) {
    for (const std::string& action : type.permissions) needed[action].push_back(type.id);
    if (!with_metrics || type.metrics.empty()) continue;
    for (const char* action : {"cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics"})
      needed[action].push_back(type.id);
  }
  return needed;
}

std::vector<Json> iam_policies(const catalog::Catalog& catalog, bool with_metrics) {
  return iam_policies_of(catalog::needed_actions(catalog, with_metrics));
}

std::vector<Json> iam_policies_of(const std::vector<std::string>& actions) {
  auto inline_ones = catalog::iam_policies(actions, kMaxInlineCharacters);
  return inline_ones.size() == 1 ? std::move(inline_ones) : catalog::iam_policies(actions);
}

Json trust_policy(const std::string& principal_arn, const std::string& external_id) {
  return JsonObject{
      {"Version", "2012-10-17"},
      {"Statement",
       JsonArray{JsonObject{
           {"Effect", "Allow"},
           {"Principal", JsonObject{{"AWS", principal_arn}}},
           {"Action", "sts:AssumeRole"},
           {"Condition", JsonObject{{"StringEquals", JsonObject{{"sts:ExternalId", external_id}}}}}}}}};
}

std::string principal_of(const std::string& arn) {
  const size_t sts = arn.find(":sts::");
  const size_t role = arn.find(":assumed-role/");
  if (sts == std::string::npos || role == std::string::npos || role < sts) return arn;
  const std::string account = arn.substr(sts + 6, role - sts - 6);
  const std::string rest = arn.substr(role + 14);
  return arn.substr(0, sts) + ":iam::" + account + ":role/" + rest.substr(0, rest.find('/'));
}

}  // namespace hm::api
