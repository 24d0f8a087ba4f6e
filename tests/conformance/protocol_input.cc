// Parameters in, a wire request out.
#include <algorithm>

#include <fmt/format.h>

#include "aws/cbor.h"
#include "aws/request.h"
#include "base/encoding.h"
#include "document.h"
#include "protocol_vectors.h"
#include "suites.h"

namespace hm::conformance {

namespace {

using aws::Protocol;

// The fields of a form or a query, decoded, in an order of their own.
std::vector<std::string> fields(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const size_t end = text.find('&');
    std::string one(text.substr(0, end));
    std::replace(one.begin(), one.end(), '+', ' ');
    result.push_back(percent_decode(one));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  std::sort(result.begin(), result.end());
  return result;
}

bool same_uri(const std::string& ours, std::string_view theirs) {
  if (ours == theirs) return true;
  const size_t our_query = ours.find('?');
  const size_t their_query = theirs.find('?');
  if (std::string_view(ours).substr(0, our_query) != theirs.substr(0, their_query)) return false;
  if (our_query == std::string::npos || their_query == std::string_view::npos) return false;
  return fields(std::string_view(ours).substr(our_query + 1)) == fields(theirs.substr(their_query + 1));
}

bool same_body(const aws::Service& service, const std::string& ours, const std::string& theirs) {
  if (ours == theirs) return true;
  switch (service.protocol()) {
    case Protocol::ec2:
    case Protocol::query:
      return fields(ours) == fields(theirs);
    case Protocol::rest_xml:
      return same_xml(ours, theirs);
    case Protocol::cbor: {
      const auto bytes = unbase64(theirs);
      const auto left = bytes ? aws::read_cbor(*bytes) : Result<Json>(bytes.error());
      const auto right = aws::read_cbor(ours);
      return left && right && same(*left, *right);
    }
    default: {
      const auto left = parse_json(ours);
      const auto right = parse_json(theirs);
      return left && right && same(*left, *right);
    }
  }
}

// Spaces after the commas of a list mean nothing, and neither does the charset of a form.
std::string normal_header(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "Content-Type")) return std::string(value.substr(0, value.find(';')));
  std::string result;
  for (const char c : value) {
    if (c != ' ' || result.empty() || result.back() != ',') result += c;
  }
  return result;
}

std::string check_headers(const HttpRequest& request, const Json& expected) {
  if (const Json* headers = member(expected, "headers")) {
    for (const auto& [name, value] : headers->get_object()) {
      const std::string* ours = request.headers.find(name);
      if (ours == nullptr) return fmt::format("header {} is absent", std::string_view(name));
      if (normal_header(name, *ours) != normal_header(name, as_text(value))) {
        return fmt::format("header {} is {}, not {}", std::string_view(name), *ours, as_text(value));
      }
    }
  }
  if (const Json* forbidden = member(expected, "forbidHeaders")) {
    for (const Json& name : forbidden->get_array()) {
      if (request.headers.find(as_text(name)) != nullptr)
        return fmt::format("header {} is forbidden", as_text(name));
    }
  }
  if (const Json* required = member(expected, "requireHeaders")) {
    for (const Json& name : required->get_array()) {
      // The transport adds the length of the body.
      if (equal_ignoring_case(as_text(name), "Content-Length") && !request.body.empty()) continue;
      if (request.headers.find(as_text(name)) == nullptr)
        return fmt::format("header {} is absent", as_text(name));
    }
  }
  return {};
}

struct Url {
  std::string host;
  std::string target;  // path and query
};

Url split(const std::string& url) {
  const size_t host = url.find("://") + 3;
  const size_t path = std::min(url.find('/', host), url.size());
  return {url.substr(host, path - host), url.substr(path)};
}

// What differs, or nothing.
std::string difference(const HttpRequest& request, const VectorCase& test) {
  const Json& expected = test.test.at("serialized");
  const std::string_view method = member_text(expected, "method");
  if (!method.empty() && method != request.method)
    return fmt::format("method is {}, not {}", request.method, method);
  const Url url = split(request.url);
  if (const std::string_view wanted = member_text(expected, "uri");
      !wanted.empty() && !same_uri(url.target, wanted)) {
    return fmt::format("URI is {}, not {}", url.target, wanted);
  }
  const std::string_view host = member_text(expected, "host");
  if (!host.empty() && host.substr(0, host.find('/')) != url.host) {
    return fmt::format("host is {}, not {}", url.host, host);
  }
  if (const Json* body = member(expected, "body"); body != nullptr && body->is_string()) {
    const std::string wanted(as_text(*body));
    if (!same_body(test.service, request.body, wanted))
      return fmt::format("body is {}, not {}", request.body, wanted);
  }
  return check_headers(request, expected);
}

void run_case(const VectorCase& test, aws::EndpointResolver& endpoints, Report& report) {
  aws::RequestOptions options;
  options.new_token = [] { return std::string("00000000-0000-4000-8000-000000000000"); };
  options.endpoint.region = "us-east-1";
  options.endpoint.endpoint_url = member_text(test.suite, "clientEndpoint", "https://example.com");
  const Json* given = member(test.test, "params");
  Json params = given != nullptr ? *given : Json(JsonObject());
  if (const auto input = test.operation.input()) params = params_of_vector(*input, params);
  const auto request = aws::RequestBuilder(endpoints).prepare(test.service, test.operation, params, options);
  if (!request) return report.fail(test.name, request.error().text());
  const std::string why = difference(request->http, test);
  if (why.empty()) {
    report.pass(test.name);
  } else {
    report.fail(test.name, why);
  }
}

}  // namespace

void run_protocol_input(const std::filesystem::path& dir, Report& report) {
  aws::EndpointResolver endpoints;
  for_each_case({dir / "input", dir / "legacy/input"}, report,
                [&](const VectorCase& test) { run_case(test, endpoints, report); });
}

}  // namespace hm::conformance
