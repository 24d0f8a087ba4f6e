#include "base/version.h"

#include <cstdio>
#include <string>

#include "aws/model.h"
#include "cli/commands.h"

namespace hm::cli {

int run_version(const Args& args) {
  if (!args.empty()) return report(make_error(ErrorKind::invalid, "usage", "usage: hostmaster version"));
  std::printf("hostmaster %s (AWS models of botocore %s)\n", std::string(version()).c_str(),
              std::string(aws::model_version()).c_str());
  return kExitOk;
}

}  // namespace hm::cli
