// Fills "${Path}" in a call's parameters and in ARNs from an item and from what is known about the place.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hm::catalog {

// What "${name}" may name besides a path into the item: partition, region, account_id, key and, inside a
// detail with `each`, each.
using Facts = std::map<std::string, Json, std::less<>>;
bool is_fact(std::string_view name);

// The texts inside every "${…}" of a string, in order. An error where one is not closed.
Result<std::vector<std::string>> placeholders(std::string_view text);
// The name or path in such a text: "${TopicArn##*:}" means what stands behind the last ':' of TopicArn, as in
// a shell, and "${Arn##*loadbalancer/}" what stands behind the last "loadbalancer/".
std::string_view path_in(std::string_view placeholder);

// A string that is one placeholder alone takes the value as it is, also a list; inside a longer text it must
// be a scalar. An item without the value is an error of kind not_found, code "missing_value".
Result<Json> fill(const Json& text_or_document, const Json& item, const Facts& facts);
Result<std::string> fill_text(std::string_view text, const Json& item, const Facts& facts);

}  // namespace hm::catalog
