// Parameters in, a wire request out.
#include <algorithm>

#include <fmt/format.h>

#include "aws/cbor.h"
#include "aws/protocol.h"
#include "base/encoding.h"
#include "document.h"
#include "protocol_vectors.h"
#include "suites.h"

namespace hm::conformance {

namespace {

using aws::Protocol;
using aws::WireRequest;

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

std::string check_headers(const WireRequest& request, const Json& expected) {
  if (const Json* headers = member(expected, "headers")) {
    for (const auto& [name, value] : headers->get_object()) {
      const std::string* ours = request.headers.find(name);
      if (ours == nullptr) return fmt::format("header {} is absent", std::string_view(name));
      if (*ours != as_text(value))
        return fmt::format("header {} is {}, not {}", std::string_view(name), *ours, as_text(value));
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

std::string check_host(const WireRequest& request, const VectorCase& test, const Json& expected) {
  const std::string_view host = member_text(expected, "host");
  if (host.empty()) return {};
  std::string_view endpoint = member_text(test.suite, "clientEndpoint", "https://example.com");
  if (const size_t scheme = endpoint.find("://"); scheme != std::string_view::npos)
    endpoint.remove_prefix(scheme + 3);
  const std::string ours = request.host_prefix + std::string(endpoint.substr(0, endpoint.find('/')));
  return ours == host ? std::string() : fmt::format("host is {}, not {}", ours, host);
}

// What differs, or nothing.
std::string difference(const WireRequest& request, const VectorCase& test) {
  const Json& expected = test.test.at("serialized");
  const std::string_view method = member_text(expected, "method");
  if (!method.empty() && method != request.method)
    return fmt::format("method is {}, not {}", request.method, method);
  const std::string uri = request.path + (request.query.empty() ? "" : "?" + request.query);
  if (const std::string_view wanted = member_text(expected, "uri");
      !wanted.empty() && !same_uri(uri, wanted)) {
    return fmt::format("URI is {}, not {}", uri, wanted);
  }
  if (const Json* body = member(expected, "body"); body != nullptr && body->is_string()) {
    const std::string wanted(as_text(*body));
    if (!same_body(test.service, request.body, wanted))
      return fmt::format("body is {}, not {}", request.body, wanted);
  }
  if (std::string headers = check_headers(request, expected); !headers.empty()) return headers;
  return check_host(request, test, expected);
}

void run_case(const VectorCase& test, Report& report) {
  aws::SerializeOptions options;
  options.new_token = [] { return std::string("00000000-0000-4000-8000-000000000000"); };
  const Json* given = member(test.test, "params");
  Json params = given != nullptr ? *given : Json(JsonObject());
  if (const auto input = test.operation.input()) params = params_of_vector(*input, params);
  const auto request = aws::serialize(test.service, test.operation, params, options);
  if (!request) return report.fail(test.name, request.error().text());
  const std::string why = difference(*request, test);
  if (why.empty()) {
    report.pass(test.name);
  } else {
    report.fail(test.name, why);
  }
}

}  // namespace

void run_protocol_input(const std::filesystem::path& dir, Report& report) {
  for_each_case({dir / "input", dir / "legacy/input"}, report,
                [&](const VectorCase& test) { run_case(test, report); });
}

}  // namespace hm::conformance
