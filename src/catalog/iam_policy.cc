#include "catalog/iam_policy.h"

#include <set>

namespace hm::catalog {

namespace {

Json policy_of(JsonArray actions, size_t number) {
  // A statement's id holds letters and digits alone.
  const std::string id = "HostMasterReads" + (number == 1 ? std::string() : std::to_string(number));
  return JsonObject{
      {"Version", "2012-10-17"},
      {"Statement",
       JsonArray{
           JsonObject{{"Sid", id}, {"Effect", "Allow"}, {"Action", std::move(actions)}, {"Resource", "*"}}}}};
}

}  // namespace

std::vector<std::string> needed_actions(const Catalog& catalog, bool with_metrics) {
  // Which regions an account uses is asked before anything else, and who changed what after it.
  std::set<std::string> actions{"cloudtrail:LookupEvents", "ec2:DescribeRegions"};
  for (const auto& type : catalog.resources()) {
    actions.insert(type.permissions.begin(), type.permissions.end());
    // What is free is asked with the one, what is paid for with the other.
    if (with_metrics && !type.metrics.empty())
      actions.insert({"cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics"});
  }
  return {actions.begin(), actions.end()};
}

Json event_policy(const std::vector<std::string>& queue_arns) {
  return JsonObject{
      {"Version", "2012-10-17"},
      {"Statement", JsonArray{JsonObject{{"Sid", "HostMasterEvents"},
                                         {"Effect", "Allow"},
                                         {"Action", JsonArray{"sqs:ReceiveMessage", "sqs:DeleteMessage",
                                                              "sqs:GetQueueAttributes"}},
                                         {"Resource", JsonArray(queue_arns.begin(), queue_arns.end())}}}}};
}

std::vector<Json> iam_policies(const std::vector<std::string>& actions, size_t limit) {
  std::vector<Json> policies;
  JsonArray some;
  size_t size = to_json(policy_of({}, 100)).size();
  const size_t frame = size;
  for (const auto& action : actions) {
    const size_t more = action.size() + 3;  // two quotes and a comma
    if (size + more > limit && !some.empty()) {
      policies.push_back(policy_of(std::move(some), policies.size() + 1));
      some = {};
      size = frame;
    }
    some.emplace_back(action);
    size += more;
  }
  if (!some.empty()) policies.push_back(policy_of(std::move(some), policies.size() + 1));
  return policies;
}

}  // namespace hm::catalog
