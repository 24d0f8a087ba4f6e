// The mutable document type of the house. Objects keep the order in which members were added, which is
// the order that AWS's models and the AWS CLI print. Integers stay exact over the 64-bit range.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"

namespace hm {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

// Nesting deeper than 128 is refused. The error names the offset.
Result<Json> parse_json(std::string_view text);
// The same in memory that the caller owns, for documents that are read by the thousand and then forgotten.
// What is moved or copied out of the value lies in the arena too (Boost's copies share it): keep text.
using JsonArena = boost::json::monotonic_resource;
Result<Json> parse_json(std::string_view text, JsonArena& arena);
// One line, no spaces.
std::string to_json(const Json& value);
// Four spaces of indentation and non-ASCII left as it is: the AWS CLI's form.
std::string to_json_pretty(const Json& value);

// The member of an object, or nullptr where it is absent or `value` is no object.
const Json* member(const Json& value, std::string_view key);
// The text of a string member, or `otherwise`.
std::string_view member_text(const Json& value, std::string_view key, std::string_view otherwise = {});
inline std::string_view as_text(const Json& string_value) {
  return {string_value.get_string().data(), string_value.get_string().size()};
}
// The same document with the members of every object sorted by name: what hashes and comparisons use.
Json sorted(const Json& value);

}  // namespace hm
