#include "api/request.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"

namespace hm::api {

namespace {

constexpr size_t kMaxParams = 50;
constexpr size_t kMaxListItems = 1000;

std::string decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

const Json* find(const Json& body, std::string_view name) {
  const Json* value = member(body, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace

std::string_view Request::param(std::string_view name, std::string_view otherwise) const {
  const auto found = query.find(std::string(name));
  return found == query.end() ? otherwise : std::string_view(found->second);
}

Error invalid(std::string_view field, std::string why) {
  return make_error(ErrorKind::invalid, "invalid", std::move(why)).note("field", std::string(field));
}

Result<std::map<std::string, std::string>> parse_query(std::string_view text) {
  std::map<std::string, std::string> params;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const std::string name = decode(pair.substr(0, equals));
    const std::string value = equals == std::string_view::npos ? "" : decode(pair.substr(equals + 1));
    if (!params.emplace(name, value).second)
      return invalid(name, "the parameter " + name + " is given twice");
    if (params.size() > kMaxParams) return invalid(name, "there are too many parameters");
  }
  return params;
}

Status only_members(const Json& body, std::initializer_list<std::string_view> names) {
  if (!body.is_object()) return make_error(ErrorKind::invalid, "invalid", "the body is a JSON object");
  for (const auto& [key, value] : body.get_object()) {
    const std::string_view name(key.data(), key.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return invalid(name, "there is no member \"" + std::string(name.substr(0, 100)) + "\"");
    }
  }
  return ok();
}

Result<std::string> need_text(const Json& body, std::string_view name) {
  HM_TRY(auto text, maybe_text(body, name));
  if (!text) return invalid(name, "\"" + std::string(name) + "\" is missing");
  return std::move(*text);
}

Result<std::optional<std::string>> maybe_text(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->is_string()) return invalid(name, "\"" + std::string(name) + "\" is a text");
  return std::optional(std::string(as_text(*value)));
}

Result<std::optional<bool>> maybe_flag(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  if (value == nullptr) return std::optional<bool>();
  if (!value->is_bool()) return invalid(name, "\"" + std::string(name) + "\" is true or false");
  return std::optional(value->get_bool());
}

Result<std::optional<int64_t>> maybe_integer(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  if (value == nullptr) return std::optional<int64_t>();
  if (!value->is_int64()) return invalid(name, "\"" + std::string(name) + "\" is a whole number");
  return std::optional(value->get_int64());
}

Result<std::optional<std::vector<std::string>>> maybe_list(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  if (value == nullptr) return std::optional<std::vector<std::string>>();
  const auto wrong = [&] { return invalid(name, "\"" + std::string(name) + "\" is a list of texts"); };
  if (!value->is_array() || value->get_array().size() > kMaxListItems) return wrong();
  std::vector<std::string> items;
  for (const Json& item : value->get_array()) {
    // Lists are kept with commas between the items.
    if (!item.is_string() || item.get_string().empty() || as_text(item).find(',') != std::string_view::npos) {
      return wrong();
    }
    items.emplace_back(as_text(item));
  }
  return std::optional(std::move(items));
}

Result<std::optional<identity::Scope>> maybe_scope(const Json& body, std::string_view name) {
  const Json* value = find(body, name);
  if (value == nullptr) return std::optional<identity::Scope>();
  if (!value->is_object()) return invalid(name, "\"" + std::string(name) + "\" is an object");
  HM_DO(only_members(*value, {"accounts", "regions"}));
  HM_TRY(auto scope, identity::scope_from(*value));
  return std::optional(std::move(scope));
}

Result<int> limit_of(const Request& request) {
  const std::string_view text = request.param("limit", "100");
  int limit = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (failed != std::errc() || end != text.data() + text.size() || limit < 1 || limit > 1000) {
    return invalid("limit", "limit is a number from 1 to 1000");
  }
  return limit;
}

std::string make_cursor(std::string_view position) { return base64url(position); }

Result<std::optional<std::string>> cursor_of(const Request& request) {
  const std::string_view text = request.param("cursor");
  if (text.empty()) return std::optional<std::string>();
  auto position = unbase64(text);
  if (!position) return invalid("cursor", "this cursor is not one of ours");
  return std::optional(std::move(*position));
}

Result<int64_t> position_of(const Request& request) {
  HM_TRY(const auto cursor, cursor_of(request));
  if (!cursor) return 0;
  int64_t position = 0;
  const auto [end, failed] = std::from_chars(cursor->data(), cursor->data() + cursor->size(), position);
  if (failed != std::errc() || end != cursor->data() + cursor->size() || position < 1) {
    return invalid("cursor", "this cursor is not one of ours");
  }
  return position;
}

identity::Scope scope_of(const Request& request) {
  identity::Scope narrower;
  if (const auto accounts = request.param("accounts"); !accounts.empty()) {
    narrower.accounts = identity::from_list(std::string(accounts));
  }
  if (const auto regions = request.param("regions"); !regions.empty()) {
    narrower.regions = identity::from_list(std::string(regions));
  }
  return identity::intersection(request.principal.scope, narrower);
}

}  // namespace hm::api
