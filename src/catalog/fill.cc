#include "catalog/fill.h"

#include "base/json_path.h"

namespace hm::catalog {

namespace {

Error missing(std::string_view name) {
  return make_error(ErrorKind::not_found, "missing_value",
                    "the item has no '" + std::string(name) + "', which the call needs");
}

constexpr std::string_view kBehindLast = "##*";

Result<Json> whole_value_of(std::string_view name, const Json& item, const Facts& facts) {
  if (const auto fact = facts.find(name); fact != facts.end()) return fact->second;
  HM_TRY(auto path, JsonPath::parse(name));
  Json value = path.eval(item);
  if (value.is_null()) return missing(name);
  return value;
}

Result<Json> value_of(std::string_view placeholder, const Json& item, const Facts& facts) {
  const auto name = path_in(placeholder);
  HM_TRY(auto value, whole_value_of(name, item, facts));
  if (name.size() == placeholder.size() || !value.is_string()) return value;
  const auto text = as_text(value);
  const auto behind = placeholder.substr(name.size() + kBehindLast.size());
  const auto at = text.rfind(behind);
  return at == std::string_view::npos ? std::move(value) : Json(std::string(text.substr(at + behind.size())));
}

Result<std::string> scalar_text(const Json& value, std::string_view name) {
  if (value.is_string()) return std::string(as_text(value));
  if (value.is_structured() || value.is_null()) return missing(name);
  return to_json(value);
}

}  // namespace

std::string_view path_in(std::string_view placeholder) {
  const auto at = placeholder.rfind(kBehindLast);
  const bool shortened = at != std::string_view::npos && at + kBehindLast.size() < placeholder.size();
  return shortened ? placeholder.substr(0, at) : placeholder;
}

bool is_fact(std::string_view name) {
  return name == "partition" || name == "region" || name == "account_id" || name == "key" || name == "each";
}

Result<std::vector<std::string>> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at)) {
    const auto close = text.find('}', at);
    if (close == std::string_view::npos)
      return make_error(ErrorKind::invalid, "bad_template", "a '${' is not closed by '}'");
    names.emplace_back(text.substr(at + 2, close - at - 2));
    at = close;
  }
  return names;
}

Result<std::string> fill_text(std::string_view text, const Json& item, const Facts& facts) {
  std::string out;
  while (true) {
    const auto at = text.find("${");
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    const auto close = text.find('}', at);
    if (close == std::string_view::npos)
      return make_error(ErrorKind::invalid, "bad_template", "a '${' is not closed by '}'");
    const auto name = text.substr(at + 2, close - at - 2);
    HM_TRY(auto value, value_of(name, item, facts));
    HM_TRY(auto shown, scalar_text(value, name));
    out += shown;
    text.remove_prefix(close + 1);
  }
}

Result<Json> fill(const Json& document, const Json& item, const Facts& facts) {
  if (const auto* object = document.if_object()) {
    JsonObject out;
    for (const auto& [name, value] : *object) {
      HM_TRY(auto filled, fill(value, item, facts));
      out.emplace(name, std::move(filled));
    }
    return Json(std::move(out));
  }
  if (const auto* array = document.if_array()) {
    JsonArray out;
    for (const auto& value : *array) {
      HM_TRY(auto filled, fill(value, item, facts));
      out.push_back(std::move(filled));
    }
    return Json(std::move(out));
  }
  if (!document.is_string()) return document;
  const auto text = as_text(document);
  const bool whole = text.starts_with("${") && text.find('}') == text.size() - 1;
  if (whole) return value_of(text.substr(2, text.size() - 3), item, facts);
  HM_TRY(auto filled, fill_text(text, item, facts));
  return Json(filled);
}

}  // namespace hm::catalog
