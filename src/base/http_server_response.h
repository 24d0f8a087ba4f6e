// The head of a response as bytes. Private to http_server*.cc.
#pragma once

#include <string>
#include <string_view>

#include "base/http_server.h"

namespace hm {

std::string_view reason_phrase(int status);
// True for statuses that never have a body.
bool bodyless(int status);

// The server's own words, where no handler was asked.
ServerResponse plain_response(int status, std::string_view reason);

struct HeadOptions {
  bool keep_alive = true;
  bool chunked = false;  // the body is pulled, and the client understands chunks
  bool head = false;     // the request was HEAD: a Content-Length that the handler gave stays
};
// Status line and fields up to the empty line. Adds Date where it is absent. Control characters in values
// become spaces, so that no value can smuggle a field.
std::string response_head(const ServerResponse& response, const HeadOptions& options);

}  // namespace hm
