#include "aws/endpoint_value.h"

#include <algorithm>

#include "aws/sigv4.h"

namespace hm::aws {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), is_label_char);
}

// Takes the part before the next separator off `text`.
std::string_view take_part(std::string_view& text, std::string_view separators) {
  const auto end = text.find_first_of(separators);
  const std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

bool is_port(std::string_view text) {
  if (text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  int port = 0;
  for (const char c : text) port = port * 10 + (c - '0');
  return port <= 65535;
}

std::shared_ptr<const EndpointRecord> record(std::vector<std::pair<std::string, EndpointValue>> fields) {
  return std::make_shared<const EndpointRecord>(EndpointRecord{std::move(fields)});
}

}  // namespace

const EndpointValue* EndpointRecord::find(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool is_ipv4(std::string_view host) {
  int parts = 0;
  while (!host.empty() || parts == 0) {
    const bool last = host.find('.') == std::string_view::npos;
    const std::string_view part = take_part(host, ".");
    if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit)) return false;
    int value = 0;
    for (const char c : part) value = value * 10 + (c - '0');
    if (value > 255 || ++parts > 4) return false;
    if (last) break;
    if (host.empty()) return false;
  }
  return parts == 4;
}

EndpointValue parse_endpoint_url(std::string_view url) {
  const auto mark = url.find("://");
  if (mark == std::string_view::npos || url.find_first_of("?#") != std::string_view::npos) return {};
  const std::string_view scheme = url.substr(0, mark);
  if (scheme != "http" && scheme != "https") return {};
  const std::string_view rest = url.substr(mark + 3);
  const auto slash = rest.find('/');
  const std::string_view authority = rest.substr(0, slash);
  const std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  if (authority.empty()) return {};

  std::string_view host = authority.substr(authority.rfind('@') + 1);
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (!is_port(host.substr(colon + 1))) return {};
    host = host.substr(0, colon);
  }
  const bool is_ipv6 = host.size() > 3 && host.front() == '[' && host.back() == ']';
  std::string normalized = canonical_path(path, true);
  if (!normalized.ends_with('/')) normalized += '/';
  return record({{"scheme", std::string(scheme)},
                 {"authority", std::string(authority)},
                 {"path", std::string(path)},
                 {"normalizedPath", std::move(normalized)},
                 {"isIp", is_ipv6 || is_ipv4(host)}});
}

EndpointValue parse_arn(std::string_view arn) {
  if (std::count(arn.begin(), arn.end(), ':') < 5 || take_part(arn, ":") != "arn") return {};
  const std::string_view partition = take_part(arn, ":");
  const std::string_view service = take_part(arn, ":");
  const std::string_view region = take_part(arn, ":");
  const std::string_view account = take_part(arn, ":");
  if (partition.empty() || service.empty() || arn.empty()) return {};
  std::vector<std::string> resource;
  for (bool more = true; more;) {
    more = arn.find_first_of(":/") != std::string_view::npos;
    resource.emplace_back(take_part(arn, ":/"));
  }
  return record({{"partition", std::string(partition)},
                 {"service", std::string(service)},
                 {"region", std::string(region)},
                 {"accountId", std::string(account)},
                 {"resourceId", std::move(resource)}});
}

bool is_valid_host_label(std::string_view text, bool allow_subdomains) {
  if (!allow_subdomains) return is_label(text);
  for (bool more = true; more;) {
    more = text.find('.') != std::string_view::npos;
    if (!is_label(take_part(text, "."))) return false;
  }
  return true;
}

bool is_virtual_hostable_bucket(std::string_view bucket, bool allow_subdomains) {
  const bool upper = std::any_of(bucket.begin(), bucket.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return bucket.size() >= 3 && bucket.size() <= 63 && !upper && !is_ipv4(bucket) &&
         is_valid_host_label(bucket, allow_subdomains);
}

EndpointValue endpoint_substring(std::string_view text, int64_t start, int64_t stop, bool reverse) {
  const auto size = static_cast<int64_t>(text.size());
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (start < 0 || start >= stop || size < stop || !ascii) return {};
  const int64_t first = reverse ? size - stop : start;
  return std::string(text.substr(static_cast<size_t>(first), static_cast<size_t>(stop - start)));
}

}  // namespace hm::aws
