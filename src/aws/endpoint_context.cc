#include "aws/endpoint.h"

namespace hm::aws {

namespace {

using Found = std::vector<const Json*>;

Found members_of(const Found& from, std::string_view name) {
  Found out;
  for (const Json* value : from) {
    if (const Json* found = member(*value, name)) out.push_back(found);
  }
  return out;
}

Found items_of(const Found& from) {
  Found out;
  for (const Json* value : from) {
    if (!value->is_array()) continue;
    for (const Json& item : value->get_array()) out.push_back(&item);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Found dotted(Found from, std::string_view path) {
  while (!path.empty()) {
    const auto dot = path.find('.');
    std::string_view name = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    const bool every = name.ends_with("[*]");
    if (every) name.remove_suffix(3);
    from = members_of(from, name);
    if (every) from = items_of(from);
  }
  return from;
}

// "[A.B, C.D][]" over each of `from`, in the order of the input.
Found choices(const Found& from, std::string_view list) {
  Found out;
  for (const Json* value : from) {
    std::string_view rest = list;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const Found found = dotted({value}, trimmed(rest.substr(0, comma)));
      out.insert(out.end(), found.begin(), found.end());
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> context_texts(const Json& document, std::string_view path) {
  std::vector<std::string> out;
  if (path.starts_with("keys(") && path.ends_with(")")) {
    for (const Json* value : dotted({&document}, path.substr(5, path.size() - 6))) {
      if (!value->is_object()) continue;
      for (const auto& entry : value->get_object()) out.emplace_back(entry.key());
    }
    return out;
  }
  Found found{&document};
  const auto list = path.find(".[");
  if (list != std::string_view::npos && path.ends_with("][]")) {
    found = choices(dotted(found, path.substr(0, list)), path.substr(list + 2, path.size() - list - 5));
  } else {
    found = dotted(found, path);
  }
  for (const Json* value : found) {
    if (value->is_string()) out.emplace_back(as_text(*value));
  }
  return out;
}

EndpointValue operation_endpoint_value(const Operation& operation, const Json& params,
                                       std::string_view name) {
  if (const auto text = operation.static_context_params(); !text.empty()) {
    const Result<Json> fixed = parse_json(text);
    const Json* entry = fixed.has_value() ? member(*fixed, name) : nullptr;
    const Json* value = entry ? member(*entry, "value") : nullptr;
    if (value) return to_endpoint_value(*value);
  }
  if (const auto input = operation.input()) {
    for (const Member& field : input->members()) {
      if (field.context_param() != name) continue;
      const Json* value = member(params, field.name());
      return value ? to_endpoint_value(*value) : EndpointValue();
    }
  }
  if (const auto text = operation.operation_context_params(); !text.empty()) {
    const Result<Json> paths = parse_json(text);
    const Json* entry = paths.has_value() ? member(*paths, name) : nullptr;
    if (!entry) return {};
    std::vector<std::string> found = context_texts(params, member_text(*entry, "path"));
    if (found.empty()) return {};
    // A path without a wildcard means one text.
    const std::string_view path = member_text(*entry, "path");
    const bool many = path.find('[') != std::string_view::npos || path.starts_with("keys(");
    return many ? EndpointValue(std::move(found)) : EndpointValue(std::move(found.front()));
  }
  return {};
}

}  // namespace hm::aws
