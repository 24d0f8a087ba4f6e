#include "aws/client.h"

#include "aws/api_call.h"
#include "aws/paging.h"

namespace hm::aws {

namespace {

// A list of a hundred million items at the usual page sizes; more is a service gone astray.
constexpr int kMaxPages = 100000;

struct Found {
  Service service;
  Operation operation;
};

Result<Found> find(std::string_view service_name, std::string_view operation_name) {
  const auto service = find_service(service_name);
  if (!service) {
    return make_error(ErrorKind::invalid, "unknown_service",
                      "AWS has no service \"" + std::string(service_name) + "\"");
  }
  const auto operation = service->find(operation_name);
  if (!operation) {
    return make_error(ErrorKind::invalid, "unknown_operation",
                      "the service " + std::string(service_name) + " has no operation \"" +
                          std::string(operation_name) + "\"");
  }
  return Found{*service, *operation};
}

}  // namespace

struct Client::Impl {
  CallState state;
};

Client::Client(HttpTransport& transport, Clock& clock, Meter* meter, ClientOptions options)
    : impl_(new Impl{CallState(transport, clock, meter, std::move(options))}) {}
Client::~Client() = default;

Result<Json> Client::call(std::string_view service, std::string_view operation, const Json& params,
                          const Target& target, const CallOptions& options) {
  HM_TRY(const Found found, find(service, operation));
  return ApiCall(impl_->state, found.service, found.operation, params, target, options).run();
}

Status Client::pages(std::string_view service, std::string_view operation, const Json& params,
                     const Target& target, const OnPage& page, const CallOptions& options) {
  HM_TRY(const Found found, find(service, operation));
  HM_TRY(const auto plan, page_plan(found.service, found.operation));
  if (!plan) {
    HM_TRY(Json only, call(service, operation, params, target, options));
    return page(std::move(only));
  }
  PageWalk walk(*plan, found.service, found.operation, params);
  for (int count = 1; count <= kMaxPages; ++count) {
    HM_TRY(Json answer,
           ApiCall(impl_->state, found.service, found.operation, walk.params(), target, options).run());
    HM_TRY(const bool more, walk.advance(answer));
    HM_DO(page(std::move(answer)));
    if (!more) return ok();
    if (options.stop.stop_requested()) {
      return make_error(ErrorKind::cancelled, "cancelled", "stopped by the caller");
    }
  }
  return make_error(ErrorKind::exhausted, "too_many_pages",
                    std::string(operation) + " has more than " + std::to_string(kMaxPages) + " pages");
}

Result<Json> Client::call_all(std::string_view service, std::string_view operation, const Json& params,
                              const Target& target, const CallOptions& options) {
  HM_TRY(const Found found, find(service, operation));
  HM_TRY(const auto plan, page_plan(found.service, found.operation));
  if (!plan) return call(service, operation, params, target, options);
  PageMerge merge(*plan);
  HM_DO(pages(
      service, operation, params, target,
      [&](Json page) {
        merge.add(std::move(page));
        return ok();
      },
      options));
  return merge.take();
}

}  // namespace hm::aws
