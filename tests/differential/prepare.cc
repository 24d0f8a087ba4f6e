// One JSON line in ({service, operation, params}), one out: {method, url, headers, body} with the body in
// base64, or {error, message}. Clock, credentials and idempotency tokens are fixed, so that another client's
// request for the same call can be compared with ours byte by byte.
#include <iostream>
#include <string>

#include "aws/request.h"
#include "base/encoding.h"

namespace {

using namespace hm;
using namespace hm::aws;

constexpr const char* kToken = "00000000-0000-4000-8000-000000000000";

Result<Json> prepare(const Json& line, const RequestBuilder& builder, Signer& signer) {
  const auto service = find_service(member_text(line, "service"));
  const auto operation = service ? service->find(member_text(line, "operation")) : std::nullopt;
  if (!operation) return make_error(ErrorKind::invalid, "unknown_operation", to_json(line));
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  credentials.session_token = member_text(line, "session_token");
  RequestOptions options;
  options.endpoint.region = member_text(line, "region", "us-west-2");
  options.new_token = [] { return std::string(kToken); };
  HM_TRY(const Time now, parse_iso("2026-11-23T15:04:05Z"));
  HM_TRY(const PreparedRequest prepared,
         builder.prepare(*service, *operation, *member(line, "params"), options));
  const HttpRequest request = signed_request(prepared, signer, credentials, now);
  JsonArray headers;
  for (const auto& [name, value] : request.headers) headers.push_back(JsonArray{name, value});
  return Json(JsonObject{{"method", request.method},
                         {"url", request.url},
                         {"headers", std::move(headers)},
                         {"body", base64(request.body)}});
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  EndpointResolver endpoints;
  const RequestBuilder builder(endpoints);
  Signer signer;
  for (std::string text; std::getline(std::cin, text);) {
    const auto line = parse_json(text);
    auto answer = line ? prepare(*line, builder, signer) : Result<Json>(line.error());
    if (answer) {
      std::cout << to_json(*answer) << '\n';
    } else {
      std::cout << to_json(JsonObject{{"error", answer.error().code}, {"message", answer.error().message}})
                << '\n';
    }
    std::cout.flush();
  }
}
