#include "aws/protocol.h"

#include <fmt/format.h>

#include "aws/protocol_request.h"
#include "aws/protocol_response.h"
#include "base/crypto.h"

namespace hm::aws {

namespace {

void fill_tokens(const Operation& operation, const SerializeOptions& options, JsonObject& params) {
  const auto input = operation.input();
  if (!input) return;
  for (const Member member : input->members()) {
    if (!member.idempotency_token()) continue;
    const Json* given = params.if_contains(member.name());
    if (given != nullptr && !given->is_null()) continue;
    params.insert_or_assign(member.name(), options.new_token ? options.new_token() : random_uuid());
  }
}

bool is_host_text(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool has_event_stream(const std::optional<Shape>& shape) {
  if (!shape) return false;
  for (const Member member : shape->members()) {
    if (member.shape().event_stream()) return true;
  }
  return false;
}

// "{AccountId}.data-" with the labels filled in. Only what can stand in a host name may go there.
Result<std::string> host_prefix(const Operation& operation, const Json& params) {
  std::string prefix(operation.host_prefix());
  for (size_t open = 0; (open = prefix.find('{', open)) != std::string::npos;) {
    const size_t close = prefix.find('}', open);
    if (close == std::string::npos) break;
    const std::string label = prefix.substr(open + 1, close - open - 1);
    const std::string_view value = member_text(params, label);
    if (!is_host_text(value)) {
      return make_error(
          ErrorKind::invalid, "ParamValidation",
          fmt::format("Parameter validation failed:\nInvalid value for parameter(s): {}. Must contain "
                      "only alphanumeric characters, hyphen, or period.",
                      label));
    }
    prefix.replace(open, close - open + 1, value);
    open += value.size();
  }
  return prefix;
}

}  // namespace

Status refuse_unsupported(const Service& service, const Operation& operation) {
  if (!has_event_stream(operation.input()) && !has_event_stream(operation.output())) return ok();
  return make_error(
      ErrorKind::invalid, "unsupported",
      fmt::format("{} {} uses an event stream, which is not supported", service.name(), operation.name()));
}

Result<WireRequest> serialize(const Service& service, const Operation& operation, const Json& params,
                              const SerializeOptions& options) {
  HM_DO(refuse_unsupported(service, operation));
  Json complete = params.is_null() ? Json(JsonObject()) : params;
  if (complete.is_object()) fill_tokens(operation, options, complete.get_object());
  HM_DO(validate_params(operation, complete));
  WireRequest request;
  request.method = operation.http_method();
  HM_TRY(request.host_prefix, host_prefix(operation, complete));
  switch (service.protocol()) {
    case Protocol::ec2:
    case Protocol::query:
      write_query_request(service, operation, complete, request);
      break;
    case Protocol::json10:
    case Protocol::json11:
      write_json_request(service, operation, complete, request);
      break;
    case Protocol::cbor:
      write_cbor_request(service, operation, complete, request);
      break;
    case Protocol::rest_json:
    case Protocol::rest_xml:
      HM_DO(write_rest_request(service, operation, complete, request));
      break;
  }
  return request;
}

}  // namespace hm::aws
