#include "base/forwarded.h"

#include <algorithm>

namespace hm {

namespace {

bool is_trusted(std::string_view address, const std::vector<Network>& trusted) {
  return std::any_of(trusted.begin(), trusted.end(),
                     [&](const Network& network) { return network.contains(address); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Some proxies add the port: "192.0.2.7:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  return std::count(text.begin(), text.end(), ':') == 1 ? text.substr(0, text.find(':')) : text;
}

// The elements of all headers of that name, which is one list in their order.
std::vector<std::string_view> elements_of(const HttpHeaders& headers, std::string_view name) {
  std::vector<std::string_view> elements;
  for (const auto& [field, value] : headers) {
    if (!equal_ignoring_case(field, name)) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      elements.push_back(trimmed(one));
    }
  }
  return elements;
}

}  // namespace

void apply_forwarded(ServerRequest& request, const std::vector<Network>& trusted) {
  if (!is_trusted(request.peer, trusted)) return;
  const auto addresses = elements_of(request.headers, "x-forwarded-for");
  for (auto one = addresses.rbegin(); one != addresses.rend(); ++one) {
    const std::string_view address = without_port(*one);
    if (!is_address(address)) break;
    request.peer = address;
    if (!is_trusted(address, trusted)) break;
  }
  if (const auto schemes = elements_of(request.headers, "x-forwarded-proto"); !schemes.empty())
    request.tls = equal_ignoring_case(schemes.back(), "https");
}

}  // namespace hm
