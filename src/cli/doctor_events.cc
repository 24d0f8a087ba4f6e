#include "cli/doctor_events.h"

#include <algorithm>

namespace hm::cli {

namespace {

// Messages that wait longer are not being read: a look takes seconds.
constexpr double kOld_s = 300;
constexpr std::chrono::minutes kLookBack{15};

std::string remedy(const Error& error, const std::string& url) {
  if (error.kind == ErrorKind::denied)
    return "attach what `hostmaster iam-policy --event-queue " + url + "` prints to the role";
  if (error.code.find("NonExistentQueue") != std::string::npos || error.code == "QueueDoesNotExist")
    return "create it from deploy/cloudformation/hostmaster-events.yaml, or correct event_queues";
  return "see that the account's credentials work and that SQS is reachable";
}

aws::CallOptions once() {
  aws::CallOptions options;
  options.max_attempts = 1;
  return options;
}

// The age of the oldest message in seconds, as CloudWatch has it; nothing where it does not say.
std::optional<double> oldest_s(aws::Client& client, const aws::Target& target, const std::string& name,
                               Time now) {
  const Json params =
      JsonObject{{"Namespace", "AWS/SQS"},
                 {"MetricName", "ApproximateAgeOfOldestMessage"},
                 {"Dimensions", JsonArray{JsonObject{{"Name", "QueueName"}, {"Value", name}}}},
                 {"StartTime", format_iso(now - kLookBack)},
                 {"EndTime", format_iso(now)},
                 {"Period", 300},
                 {"Statistics", JsonArray{"Maximum"}}};
  const auto answer = client.call("cloudwatch", "GetMetricStatistics", params, target, once());
  const Json* points = answer ? member(*answer, "Datapoints") : nullptr;
  if (points == nullptr || !points->is_array()) return std::nullopt;
  std::optional<double> age;
  std::string latest;
  for (const Json& point : points->get_array()) {
    const Json* value = member(point, "Maximum");
    const std::string at(member_text(point, "Timestamp"));
    if (value == nullptr || !value->is_number() || at < latest) continue;
    latest = at;
    age = value->to_number<double>();
  }
  return age;
}

}  // namespace

Result<std::string> check_event_queue(aws::Client& client, const collect::Account& account,
                                      const std::string& url, const Clock& clock) {
  if (account.failure) return *account.failure;
  auto address = collect::queue_address(url);
  if (!address) return make_error(ErrorKind::invalid, "", "'" + url + "' is not the URL of an SQS queue");
  if (address->region.empty()) address->region = account.target.region;
  const auto found = collect::QueueReader(client, account, *address).attributes({});
  if (!found)
    return make_error(found.error().kind, "",
                      url + ": " + found.error().text() + "; " + remedy(found.error(), url));
  std::string said = url + ": " + std::string(member_text(*found, "ApproximateNumberOfMessages")) + " wait";
  aws::Target target = account.target;
  target.region = address->region;
  const auto age = oldest_s(client, target, url.substr(url.rfind('/') + 1), clock.now());
  if (age && *age > kOld_s)
    return make_error(
        ErrorKind::unavailable, "",
        url + ": the oldest message waits for " + std::to_string(static_cast<int64_t>(*age)) +
            " s: is a server with the role collect running, and is the queue in its event_queues?");
  if (age) said += ", the oldest for " + std::to_string(static_cast<int64_t>(*age)) + " s";
  std::string arn(member_text(*found, "QueueArn"));
  if (arn.empty()) arn = collect::queue_arn(*address);
  const auto rules =
      client.call("events", "ListRuleNamesByTarget", JsonObject{{"TargetArn", arn}}, target, once());
  if (!rules) return said + "; which rules fill it is not known: " + rules.error().text();
  const Json* names = member(*rules, "RuleNames");
  const size_t count = names != nullptr && names->is_array() ? names->get_array().size() : 0;
  if (count == 0)
    return make_error(ErrorKind::not_found, "",
                      url + ": no rule of EventBridge in " + target.region +
                          " sends to it: create them from deploy/cloudformation/hostmaster-events.yaml");
  return said + "; " + std::to_string(count) + (count == 1 ? " rule fills it" : " rules fill it");
}

}  // namespace hm::cli
