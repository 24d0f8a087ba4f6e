// Says what a value looks like, so that a person can judge a replaced one without seeing it.
#pragma once

#include <string_view>

namespace hm::collect {

// "aws_access_key_id", "aws_secret_key", "private_key", "github_token", "slack_token", "stripe_key", "jwt",
// "url_with_password", "password_like" (by the name it goes by), "random_text" (by its entropy), or "plain".
// `name` is the member that holds the value; may be empty. It says too much rather than too little, and never
// holds a part of the value.
std::string_view looks_like(std::string_view name, std::string_view value);

}  // namespace hm::collect
