// What protects people's browsers: which pages may speak for a user, by which names the server may be called,
// and the headers of every answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_server.h"

namespace hm::api {

// Whether a browser of the same site sent it: by Origin, else by Sec-Fetch-Site.
bool same_origin(const ServerRequest& request);
// Names are matched without the port. IP addresses are always allowed: a page of another site cannot make a
// browser believe that its own name is an address.
bool host_allowed(std::string_view host, const std::vector<std::string>& allowed);
// Added to every answer.
void add_security_headers(ServerResponse& response, bool tls);
std::string cookie_of(const ServerRequest& request, std::string_view name);

}  // namespace hm::api
