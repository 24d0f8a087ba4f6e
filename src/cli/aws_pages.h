// The AWS CLI's own paging: all pages as one document, cut at --max-items, with a token to go on from.
#pragma once

#include "aws/client.h"
#include "cli/aws_arguments.h"

namespace hm::cli {

// For operations with a paginator.
Result<Json> call_as_pages(aws::Client& client, const AwsCommand& command, const aws::Target& target,
                           const aws::CallOptions& options);

// The tokens in a --starting-token: base64 of a JSON object of the input's members.
Json decode_page_token(std::string_view text, const std::string& only_member);
std::string encode_page_token(const JsonObject& tokens);

}  // namespace hm::cli
