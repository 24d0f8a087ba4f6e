// What the endpoint rules compute with, and their functions on text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hm::aws {

struct EndpointRecord;

// std::monostate is "not set", which is also what a function gives that cannot answer.
using EndpointValue = std::variant<std::monostate, bool, int64_t, std::string, std::vector<std::string>,
                                   std::shared_ptr<const EndpointRecord>>;

// A partition, a URL or an ARN taken apart. Shared, because partitions are handed out again and again.
struct EndpointRecord {
  std::vector<std::pair<std::string, EndpointValue>> fields;
  // nullptr where there is no such field.
  const EndpointValue* find(std::string_view name) const;
};

// {scheme, authority, path, normalizedPath, isIp}; not set for anything but http and https without a query.
EndpointValue parse_endpoint_url(std::string_view url);
// {partition, service, region, accountId, resourceId[]}; not set unless the first two and a resource are
// there.
EndpointValue parse_arn(std::string_view arn);
// A DNS label of RFC 1123, or several with dots between them.
bool is_valid_host_label(std::string_view text, bool allow_subdomains);
bool is_virtual_hostable_bucket(std::string_view bucket, bool allow_subdomains);
// Not set where the text is not ASCII or too short. `reverse` counts from the end.
EndpointValue endpoint_substring(std::string_view text, int64_t start, int64_t stop, bool reverse);
bool is_ipv4(std::string_view host);

}  // namespace hm::aws
