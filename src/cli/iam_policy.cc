#include "catalog/iam_policy.h"

#include <cstdio>

#include "cli/options.h"

namespace hm::cli {

int run_iam_policy(const Args& args) {
  std::vector<std::string> directories, given, derived;
  bool no_metrics = false;
  if (auto read =
          parse_options("iam-policy", args,
                        {{"--catalog-dir", "DIR", "types of your own (may be repeated)", &directories},
                         {"--derived", "SERVICE", "and all else that it lists (may be repeated)", &given},
                         {"--no-metrics", "", "for a server whose setting metrics is false", &no_metrics}});
      !read)
    return report(read.error());
  add_derived(given, derived);
  auto types = catalog::load_with(directories, derived);
  if (!types) return report(types.error());
  const auto policies = catalog::iam_policies(catalog::needed_actions(**types, !no_metrics));
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
