#include "catalog/rule.h"

#include <algorithm>
#include <array>

namespace hm::catalog {

namespace {

constexpr std::array<std::string_view, 5> kSeverities = {"info", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, 5> kTypes = {"integer", "real", "text", "boolean", "list"};

}  // namespace

std::string_view to_string(Severity severity) { return kSeverities[static_cast<size_t>(severity)]; }

std::optional<Severity> severity_from(std::string_view text) {
  const auto found = std::find(kSeverities.begin(), kSeverities.end(), text);
  if (found == kSeverities.end()) return std::nullopt;
  return static_cast<Severity>(found - kSeverities.begin());
}

std::string_view to_string(ParameterType type) { return kTypes[static_cast<size_t>(type)]; }

bool fits(ParameterType type, const Json& value) {
  switch (type) {
    case ParameterType::integer:
      return value.is_int64();
    case ParameterType::real:
      return value.is_int64() || value.is_double();
    case ParameterType::text:
      return value.is_string();
    case ParameterType::boolean:
      return value.is_bool();
    case ParameterType::list:
      return value.is_array() && std::all_of(value.get_array().begin(), value.get_array().end(),
                                             [](const Json& item) { return item.is_string(); });
  }
  return false;
}

const RuleParameter* Rule::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const RuleParameter& one) { return one.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace hm::catalog
