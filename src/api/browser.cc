#include "api/browser.h"

#include <algorithm>

#include "base/http.h"

namespace hm::api {

namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view name) {
  if (name.starts_with('[')) return name.ends_with(']');
  const auto part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return std::count(name.begin(), name.end(), '.') == 3 && std::all_of(name.begin(), name.end(), part);
}

}  // namespace

bool same_origin(const ServerRequest& request) {
  if (const std::string* origin = request.headers.find("origin")) {
    // The scheme is left out: behind a proxy that ends TLS, the browser's differs from ours.
    const size_t scheme = origin->find("://");
    return scheme != std::string::npos &&
           equal_ignoring_case(std::string_view(*origin).substr(scheme + 3), request.headers.get("host"));
  }
  return request.headers.get("sec-fetch-site") == "same-origin";
}

bool host_allowed(std::string_view host, const std::vector<std::string>& allowed) {
  const std::string_view name = without_port(host);
  if (name.empty()) return false;
  if (is_address(name) || equal_ignoring_case(name, "localhost")) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, name); });
}

void add_security_headers(ServerResponse& response, bool tls) {
  const auto add = [&](const char* name, const char* value) {
    if (!response.headers.find(name)) response.headers.add(name, value);
  };
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  if (tls) add("Strict-Transport-Security", "max-age=31536000");
}

std::string cookie_of(const ServerRequest& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (!equal_ignoring_case(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
        return std::string(pair.substr(name.size() + 1));
      }
    }
  }
  return {};
}

}  // namespace hm::api
