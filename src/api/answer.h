// What handlers answer with, and the one shape of a failure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http_server.h"
#include "base/json.h"
#include "base/time.h"

namespace hm::api {

ServerResponse json_answer(const Json& body, int status = 200);
ServerResponse no_content();

// {"error": {"code", "message", "request_id", …}} with the status that fits. What went wrong inside is logged
// in full and told in short.
ServerResponse error_answer(const Error& error, std::string_view request_id);
int status_of(const Error& error);

// ISO text, or null where it is not known.
Json time_or_null(const std::optional<Time>& time);
Json text_or_null(std::string_view text);  // null for ""

}  // namespace hm::api
