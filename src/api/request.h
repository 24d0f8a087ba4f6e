// A request as the handlers see it: who asks, the parts of the path, the query and the body, all checked for
// form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_server.h"
#include "base/json.h"
#include "identity/principal.h"

namespace hm::api {

struct Request {
  const ServerRequest& http;
  std::string id;                            // X-Request-Id
  identity::Principal principal;             // with Access::none: nobody, unless they came with a session
  std::vector<std::string> path;             // what stands in the place of {…}
  std::map<std::string, std::string> query;  // decoded; a name given twice is refused
  Json body;                                 // null where there is none

  std::string_view param(std::string_view name, std::string_view otherwise = {}) const;
};

Result<std::map<std::string, std::string>> parse_query(std::string_view text);

// Members of a body. Errors are of kind invalid, code "invalid", with the note "field".
Status only_members(const Json& body, std::initializer_list<std::string_view> names);
Result<std::string> need_text(const Json& body, std::string_view name);
Result<std::optional<std::string>> maybe_text(const Json& body, std::string_view name);
Result<std::optional<bool>> maybe_flag(const Json& body, std::string_view name);
Result<std::optional<int64_t>> maybe_integer(const Json& body, std::string_view name);
Result<std::optional<std::vector<std::string>>> maybe_list(const Json& body, std::string_view name);
// {"accounts": […], "regions": […]} as identity::scope_from reads them.
Result<std::optional<identity::Scope>> maybe_scope(const Json& body, std::string_view name);
Error invalid(std::string_view field, std::string why);

// 1 to 1000, 100 where it is absent.
Result<int> limit_of(const Request& request);
// A cursor is opaque to clients: the base64 of what the handler wants to find again.
std::string make_cursor(std::string_view position);
Result<std::optional<std::string>> cursor_of(const Request& request);
// A cursor that is a number; 0 where there is none.
Result<int64_t> position_of(const Request& request);
// The caller's scope, narrowed by ?accounts= and ?regions=.
identity::Scope scope_of(const Request& request);

}  // namespace hm::api
