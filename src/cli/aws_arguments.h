// From the words behind `hostmaster aws` to an operation and its parameters, as the AWS CLI understands them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model.h"
#include "base/json.h"
#include "cli/commands.h"

namespace hm::cli {

// Options that every operation has.
struct AwsGlobals {
  std::string endpoint_url;
  std::string region;
  std::string profile;
  std::string ca_bundle;
  int read_timeout_s = 60;
  int connect_timeout_s = 60;
  bool paginate = true;
  bool sign = true;
  bool debug = false;
};

// The AWS CLI's own paging, for operations with a paginator.
struct AwsPaging {
  std::optional<int64_t> max_items;
  std::optional<int64_t> page_size;
  std::string starting_token;
};

struct AwsCommand {
  AwsGlobals globals;
  aws::Service service;
  aws::Operation operation;
  Json params = JsonObject();
  AwsPaging paging;
  std::string outfile;  // for operations whose answer is a stream
};

// Errors carry the AWS CLI's words. Their codes say what they are: "usage" for words that it would answer
// with its usage, "ParamError" and the like for values that cannot be read.
Result<AwsCommand> parse_aws_command(const Args& args);

}  // namespace hm::cli
