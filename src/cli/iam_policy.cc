#include "catalog/iam_policy.h"

#include <cstdio>

#include "cli/options.h"
#include "collect/event_queue.h"

namespace hm::cli {

namespace {

Result<std::vector<std::string>> arns_of(const std::vector<std::string>& urls) {
  std::vector<std::string> arns;
  for (const std::string& url : urls) {
    const auto queue = collect::queue_address(url);
    if (!queue || queue->region.empty())
      return make_error(ErrorKind::invalid, "bad_argument",
                        "--event-queue: '" + url + "' is not the URL of an SQS queue, which looks like " +
                            "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events");
    arns.push_back(collect::queue_arn(*queue));
  }
  return arns;
}

}  // namespace

int run_iam_policy(const Args& args) {
  std::vector<std::string> directories, given, derived, queues;
  bool no_metrics = false;
  if (auto read = parse_options(
          "iam-policy", args,
          {{"--catalog-dir", "DIR", "types of your own (may be repeated)", &directories},
           {"--derived", "SERVICE", "and all else that it lists (may be repeated)", &given},
           {"--event-queue", "URL", "a queue of events that is read (may be repeated)", &queues},
           {"--no-metrics", "", "for a server whose setting metrics is false", &no_metrics}});
      !read)
    return report(read.error());
  add_derived(given, derived);
  auto types = catalog::load_with(directories, derived);
  if (!types) return report(types.error());
  auto arns = arns_of(queues);
  if (!arns) return report(arns.error());
  auto policies = catalog::iam_policies(catalog::needed_actions(**types, !no_metrics));
  // Of other queues it may take nothing, so this is no part of what is allowed everywhere.
  if (!arns->empty()) policies.push_back(catalog::event_policy(*arns));
  if (policies.size() == 1) {
    std::printf("%s\n", to_json_pretty(policies.front()).c_str());
    return kExitOk;
  }
  std::fprintf(stderr,
               "hostmaster: one policy may have %zu characters; these are %zu policies for one role\n",
               catalog::kMaxPolicyCharacters, policies.size());
  std::printf("%s\n", to_json_pretty(Json(JsonArray(policies.begin(), policies.end()))).c_str());
  return kExitOk;
}

}  // namespace hm::cli
