// What the model demands of parameters beside their types: required members and, where the service checks
// them, enumerations. Worded as each protocol's services do.
#include <algorithm>

#include "sim/wire/wire.h"

namespace hm::sim {

using aws::Protocol;
using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr int kMaxDepth = 24;

std::string lower_first(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

Error missing(const Wire& wire, std::string_view name) {
  if (wire.protocol == Protocol::ec2 || wire.service.name() == "rds") {
    return refusal(400, "MissingParameter", "The request must contain the parameter " + std::string(name));
  }
  if (wire.service.name() == "s3") {
    return refusal(400, "InvalidRequest", "Missing required parameter: " + std::string(name));
  }
  return refusal(400, wire.protocol == Protocol::query ? "ValidationError" : "ValidationException",
                 "1 validation error detected: Value null at '" + lower_first(name) +
                     "' failed to satisfy constraint: Member must not be null");
}

Error not_in_set(const Wire& wire, std::string_view name, std::string_view value, Shape shape) {
  std::string allowed;
  for (const auto& word : shape.enumeration()) (allowed += allowed.empty() ? "" : ", ") += word;
  if (wire.protocol == Protocol::ec2) {
    return refusal(400, "InvalidParameterValue",
                   "Value (" + std::string(value) + ") for parameter " + lower_first(name) +
                       " is invalid. Valid values are: " + allowed);
  }
  return refusal(400, wire.protocol == Protocol::query ? "ValidationError" : "ValidationException",
                 "1 validation error detected: Value '" + std::string(value) + "' at '" + lower_first(name) +
                     "' failed to satisfy constraint: Member must satisfy enum value set: [" + allowed + "]");
}

Status check(const Wire& wire, Shape shape, const Json& value, std::string_view name, int depth) {
  if (depth > kMaxDepth) return ok();
  if (shape.kind() == ShapeKind::structure && value.is_object()) {
    for (const auto& member : shape.members()) {
      const auto* found = value.get_object().if_contains(member.name());
      if (found == nullptr || found->is_null()) {
        // A token that makes a call idempotent is the client's to invent; AWS lets it be absent.
        if (member.required() && !member.idempotency_token()) return missing(wire, member.name());
        continue;
      }
      HM_DO(check(wire, member.shape(), *found, member.name(), depth + 1));
    }
  } else if (shape.kind() == ShapeKind::list && value.is_array()) {
    for (const auto& item : value.get_array()) {
      HM_DO(check(wire, shape.element().shape(), item, name, depth + 1));
    }
  } else if (shape.kind() == ShapeKind::string && value.is_string() && wire.protocol != Protocol::rest_xml) {
    const auto allowed = shape.enumeration();
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), as_text(value)) == allowed.end()) {
      return not_in_set(wire, name, as_text(value), shape);
    }
  }
  return ok();
}

}  // namespace

Status check_required(const Wire& wire, const Json& params) {
  const auto input = wire.operation.input();
  return input ? check(wire, *input, params, "", 0) : ok();
}

}  // namespace hm::sim
