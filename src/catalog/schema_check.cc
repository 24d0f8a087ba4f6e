#include "catalog/schema_check.h"

#include <set>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/check.h"

namespace hm::catalog {

namespace {

// valijson names a place as ["<root>", "[columns]", "[0]"].
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const auto& part : context) {
    if (part.size() < 2 || part.front() != '[' || part.back() != ']') continue;
    pointer += '/';
    for (const char c : part.substr(1, part.size() - 2)) {
      if (c == '~') {
        pointer += "~0";
      } else if (c == '/') {
        pointer += "~1";
      } else {
        pointer += c;
      }
    }
  }
  return pointer;
}

std::string last_quoted(const std::string& text) {
  const auto end = text.rfind('\'');
  if (end == std::string::npos || end == 0) return {};
  const auto begin = text.rfind('\'', end - 1);
  return begin == std::string::npos ? std::string() : text.substr(begin + 1, end - begin - 1);
}

std::string name_of(const std::string& pointer) {
  const auto slash = pointer.rfind('/');
  return slash == std::string::npos ? "the file" : "'" + pointer.substr(slash + 1) + "'";
}

const Json* value_at(const Json& document, const std::string& pointer) {
  boost::system::error_code failure;
  return document.find_pointer(pointer, failure);
}

// Says it in the words of the person who writes the file.
SchemaFault reword(const std::string& pointer, const std::string& said, const Json& document) {
  const std::string name = name_of(pointer);
  if (said.starts_with("Object contains a property"))
    return {pointer + "/" + last_quoted(said),
            "unknown key '" + last_quoted(said) + "': remove it or correct its name"};
  if (said.starts_with("Missing required property"))
    return {pointer, (pointer.empty() ? std::string() : name + ": ") + "the key '" + last_quoted(said) +
                         "' is missing: add it"};
  const Json* value = value_at(document, pointer);
  const std::string shown = value && !value->is_structured() ? " (it is " + to_json(*value) + ")" : "";
  if (said.starts_with("Failed to match against any enum"))
    return {pointer, name + " is none of the values that it may have" + shown};
  if (said.starts_with("Failed to match regex"))
    return {pointer, name + " is not written as it must be" + shown + ": it must match " + last_quoted(said)};
  if (said.starts_with("Value type not permitted")) return {pointer, name + " is of the wrong type" + shown};
  return {pointer, name + ": " + said + shown};
}

}  // namespace

Json schema_of(std::string_view text) {
  auto parsed = parse_json(text);
  HM_CHECK(parsed.has_value());
  return std::move(*parsed);
}

std::vector<SchemaFault> check_schema(const Json& schema, const Json& document) {
  valijson::Schema parsed;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema), parsed);
  valijson::Validator validator;
  valijson::ValidationResults results;
  std::vector<SchemaFault> faults;
  if (validator.validate(parsed, valijson::adapters::BoostJsonAdapter(document), &results)) return faults;
  valijson::ValidationResults::Error error;
  std::set<std::pair<std::string, std::string>> seen;
  while (results.popError(error)) {
    // Each fault is repeated for every value around it; the innermost says what is wrong.
    if (error.description.starts_with("Failed to validate against") ||
        error.description.starts_with("Failed to validate item"))
      continue;
    auto fault = reword(pointer_of(error.context), error.description, document);
    if (seen.insert({fault.pointer, fault.text}).second) faults.push_back(std::move(fault));
  }
  if (faults.empty()) faults.push_back({"", "the file does not have the form of its schema"});
  return faults;
}

}  // namespace hm::catalog
