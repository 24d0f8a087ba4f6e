#include "aws/credential_call.h"

#include "aws/endpoint.h"
#include "aws/error_codes.h"
#include "aws/protocol.h"
#include "aws/retry.h"
#include "aws/sigv4.h"
#include "base/check.h"

namespace hm::aws {

namespace {

using namespace std::chrono_literals;

constexpr int kAttempts = 3;
constexpr Micros kFirstPause = 100ms;

bool worth_repeating(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout ||
         error.kind == ErrorKind::throttled || error.notes.contains("retryable");
}

Result<HttpRequest> prepare(const Service& service, const Operation& operation, const Json& params,
                            const CallSite& site, Endpoint& endpoint) {
  // Made anew for each call: these are so rare that a cache would only be something to look after.
  EndpointResolver resolver;
  EndpointOptions options;
  options.region = site.region.empty() ? "aws-global" : site.region;
  options.endpoint_url = site.endpoint_url;
  options.use_fips = site.use_fips;
  options.use_dualstack = site.use_dualstack;
  HM_TRY(endpoint, resolver.resolve(service, operation, params, options));
  // STS answers for everybody at its global endpoint, but signs for one region.
  if (endpoint.signing_region == "aws-global") endpoint.signing_region = "us-east-1";
  HM_TRY(WireRequest wire, serialize(service, operation, params));
  HttpRequest out;
  out.method = std::move(wire.method);
  out.url = endpoint.url + wire.path + (wire.query.empty() ? "" : "?" + wire.query);
  out.headers = std::move(wire.headers);
  out.body = std::move(wire.body);
  out.connect_timeout = 5s;
  out.timeout = 20s;
  return out;
}

Result<Json> ask(const CredentialContext& context, const Service& service, const Operation& operation,
                 HttpRequest request, const Endpoint& endpoint, const Credentials* signer) {
  Micros pause = kFirstPause;
  std::optional<Micros> skew;  // AWS's clock minus ours, once it was found to be off
  for (int attempt = 1;; ++attempt, pause *= 4) {
    const Time signed_at = context.clock.now() + skew.value_or(Micros(0));
    if (signer) {
      Signing signing;
      signing.service = endpoint.signing_name;
      signing.region = endpoint.signing_region;
      signing.time = signed_at;
      Signer().sign(request, *signer, signing);
    }
    Result<HttpResponse> response = context.transport.send(request);
    const HttpHeaders headers = response.has_value() ? response->headers : HttpHeaders();
    Result<Json> answer = response.has_value() ? parse(service, operation, std::move(*response))
                                               : Result<Json>(std::move(response.error()));
    if (answer.has_value() || attempt == kAttempts) return answer;
    if (signer && !skew && is_clock_code(answer.error().code)) {
      skew = clock_error(headers, signed_at);
      if (skew) continue;
    }
    if (!worth_repeating(answer.error())) return answer;
    context.clock.sleep_for(pause, {});
  }
}

}  // namespace

CallSite CallSite::of(const SharedConfig& config, std::string_view service_id, std::string region) {
  return CallSite{std::move(region), config.endpoint_url(service_id), config.use_fips(),
                  config.use_dualstack()};
}

Result<Json> credential_call(const CredentialContext& context, std::string_view service_name,
                             std::string_view operation_name, const Json& params, const CallSite& site,
                             const Credentials* signer) {
  const auto service = find_service(service_name);
  HM_CHECK(service.has_value());
  const auto operation = service->find(operation_name);
  HM_CHECK(operation.has_value());
  Endpoint endpoint;
  HM_TRY(HttpRequest request, prepare(*service, *operation, params, site, endpoint));
  Result<Json> answer = ask(context, *service, *operation, std::move(request), endpoint, signer);
  if (!answer.has_value()) {
    // Before the call that wanted the credentials writes its own name there.
    auto& notes = answer.error().notes;
    notes.insert({{"service", std::string(service_name)}, {"operation", std::string(operation_name)}});
    if (!site.region.empty()) notes.insert({"region", site.region});
  }
  return answer;
}

}  // namespace hm::aws
