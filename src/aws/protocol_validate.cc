// Parameters against the model. The words are the AWS CLI's, which speaks Python: its type names and its way
// of showing a value are kept, because people search for these messages.
#include <charconv>

#include <fmt/format.h>

#include "aws/protocol.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

constexpr int kMaxDepth = 100;
constexpr size_t kMaxFaults = 100;

std::string_view python_type(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "<class 'NoneType'>";
    case boost::json::kind::bool_:
      return "<class 'bool'>";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "<class 'int'>";
    case boost::json::kind::double_:
      return "<class 'float'>";
    case boost::json::kind::string:
      return "<class 'str'>";
    case boost::json::kind::array:
      return "<class 'list'>";
    default:
      return "<class 'dict'>";
  }
}

std::string python_text(const Json& value, bool quoted, int depth = 0) {
  if (depth > kMaxDepth) return "...";
  if (value.is_null()) return "None";
  if (value.is_bool()) return value.get_bool() ? "True" : "False";
  if (value.is_string()) {
    if (!quoted) return std::string(as_text(value));
    const char quote = as_text(value).find('\'') != std::string_view::npos ? '"' : '\'';
    return fmt::format("{0}{1}{0}", quote, as_text(value));
  }
  if (const JsonArray* array = value.if_array()) {
    std::string text;
    for (const Json& item : *array) text += (text.empty() ? "" : ", ") + python_text(item, true, depth + 1);
    return "[" + text + "]";
  }
  if (const JsonObject* object = value.if_object()) {
    std::string text;
    for (const auto& [key, item] : *object) {
      text += fmt::format("{}'{}': {}", text.empty() ? "" : ", ", std::string_view(key.data(), key.size()),
                          python_text(item, true, depth + 1));
    }
    return "{" + text + "}";
  }
  return scalar_text(value);
}

bool is_integer(const Json& value) { return value.is_int64() || value.is_uint64(); }

bool is_float(const Json& value) {
  if (value.is_string()) {
    return as_text(value) == "NaN" || as_text(value) == "Infinity" || as_text(value) == "-Infinity";
  }
  return value.is_double() || is_integer(value);
}

size_t code_points(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return count;
}

std::string names(const Shape& shape) {
  std::string text;
  for (const Member member : shape.members()) {
    if (!text.empty()) text += ", ";
    text += member.name();
  }
  return text;
}

class Validator {
 public:
  void check(const Json& value, const Member& member, const std::string& name, int depth);
  void check_structure(const Json& value, const Shape& shape, const std::string& name, int depth);
  Status result() &&;

 private:
  void fault(std::string text) {
    if (faults_.size() < kMaxFaults) faults_.push_back(std::move(text));
  }
  bool typed(bool matches, const Json& value, const std::string& name, std::string_view valid);
  void check_least(const Shape& shape, double amount, const std::string& shown, const std::string& name,
                   std::string_view what);
  void check_text(const Json& value, const Member& member, const std::string& name);
  void check_number(const Json& value, const Shape& shape, const std::string& name);
  void check_blob(const Json& value, const std::string& name);
  void check_list(const Json& value, const Shape& shape, const std::string& name, int depth);
  void check_map(const Json& value, const Shape& shape, const std::string& name, int depth);
  void check_members(const JsonObject& given, const Shape& shape, const std::string& name, int depth);

  std::vector<std::string> faults_;
};

std::string shown_name(const std::string& name) {
  if (name.empty()) return "input";
  return name.starts_with('.') ? name.substr(1) : name;
}

bool Validator::typed(bool matches, const Json& value, const std::string& name, std::string_view valid) {
  if (!matches) {
    fault(fmt::format("Invalid type for parameter {}, value: {}, type: {}, valid types: {}", shown_name(name),
                      python_text(value, false), python_type(value), valid));
  }
  return matches;
}

void Validator::check_least(const Shape& shape, double amount, const std::string& shown,
                            const std::string& name, std::string_view what) {
  const std::string_view least = shape.least();
  if (least.empty()) return;
  double bound = 0;
  std::from_chars(least.data(), least.data() + least.size(), bound);
  if (amount >= bound) return;
  fault(fmt::format("Invalid {} for parameter {}, value: {}, valid min {}: {}", what, shown_name(name), shown,
                    what, least));
}

void Validator::check_text(const Json& value, const Member& member, const std::string& name) {
  if (member.json_value()) return;  // any JSON, which goes into a header
  if (!typed(value.is_string(), value, name, "<class 'str'>")) return;
  const size_t length = code_points(as_text(value));
  const Shape shape = member.shape();
  if (shape.least().empty() && member.host_label() && length == 0) {
    fault(fmt::format("Invalid length for parameter {}, value: 0, valid min length: 1", shown_name(name)));
    return;
  }
  check_least(shape, static_cast<double>(length), std::to_string(length), name, "length");
}

void Validator::check_number(const Json& value, const Shape& shape, const std::string& name) {
  const bool whole = shape.kind() == ShapeKind::integer || shape.kind() == ShapeKind::long_integer;
  const std::string_view valid =
      whole ? "<class 'int'>" : "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>";
  if (!typed(whole ? is_integer(value) : is_float(value), value, name, valid) || value.is_string()) return;
  check_least(shape, value.to_number<double>(), number_text(value), name, "value");
}

void Validator::check_blob(const Json& value, const std::string& name) {
  if (!typed(value.is_string(), value, name, "<class 'bytes'>, <class 'bytearray'>, file-like object"))
    return;
  if (!unbase64(as_text(value)))
    fault(fmt::format("Invalid value for parameter {}: it is not base64", shown_name(name)));
}

void Validator::check_list(const Json& value, const Shape& shape, const std::string& name, int depth) {
  if (!typed(value.is_array(), value, name, "<class 'list'>, <class 'tuple'>")) return;
  const JsonArray& items = value.get_array();
  check_least(shape, static_cast<double>(items.size()), std::to_string(items.size()), name, "length");
  for (size_t i = 0; i < items.size(); ++i) {
    check(items[i], shape.element(), fmt::format("{}[{}]", name, i), depth + 1);
  }
}

void Validator::check_map(const Json& value, const Shape& shape, const std::string& name, int depth) {
  if (!typed(value.is_object(), value, name, "<class 'dict'>")) return;
  for (const auto& [key, item] : value.get_object()) {
    const std::string_view text(key.data(), key.size());
    check(Json(text), shape.key(), fmt::format("{} (key: {})", name, text), depth + 1);
    check(item, shape.value(), fmt::format("{}.{}", name, text), depth + 1);
  }
}

void Validator::check_members(const JsonObject& given, const Shape& shape, const std::string& name,
                              int depth) {
  for (const std::string_view required : shape.required()) {
    const Json* value = given.if_contains(required);
    if (value == nullptr || value->is_null()) {
      fault(fmt::format("Missing required parameter in {}: \"{}\"", shown_name(name), required));
    }
  }
  for (const auto& [key, item] : given) {
    if (!shape.find(key)) {
      fault(fmt::format("Unknown parameter in {}: \"{}\", must be one of: {}", shown_name(name),
                        std::string_view(key.data(), key.size()), names(shape)));
    }
  }
  for (const auto& [key, item] : given) {
    if (const auto member = shape.find(key); member && !item.is_null()) {
      check(item, *member, fmt::format("{}.{}", name, member->name()), depth + 1);
    }
  }
}

void Validator::check_structure(const Json& value, const Shape& shape, const std::string& name, int depth) {
  if (shape.document()) return;
  if (!typed(value.is_object(), value, name, "<class 'dict'>")) return;
  const JsonObject& given = value.get_object();
  if (shape.is_union() && given.empty()) {
    fault(fmt::format("Must set one of the following keys for tagged unionstructure {}: {}.",
                      shown_name(name), names(shape)));
  } else if (shape.is_union() && given.size() > 1) {
    fault(
        fmt::format("Invalid number of parameters set for tagged union structure {}. Can only set one of the "
                    "following keys: {}.",
                    shown_name(name), names(shape)));
  }
  check_members(given, shape, name, depth);
}

void Validator::check(const Json& value, const Member& member, const std::string& name, int depth) {
  if (depth > kMaxDepth) return fault(fmt::format("Parameter {} is nested too deeply", shown_name(name)));
  const Shape shape = member.shape();
  switch (shape.kind()) {
    case ShapeKind::structure:
      return check_structure(value, shape, name, depth);
    case ShapeKind::list:
      return check_list(value, shape, name, depth);
    case ShapeKind::map:
      return check_map(value, shape, name, depth);
    case ShapeKind::string:
      return check_text(value, member, name);
    case ShapeKind::blob:
      return check_blob(value, name);
    case ShapeKind::boolean:
      typed(value.is_bool(), value, name, "<class 'bool'>");
      return;
    case ShapeKind::timestamp:
      typed(parameter_time(value).has_value(), value, name, "<class 'datetime.datetime'>, timestamp-string");
      return;
    case ShapeKind::integer:
    case ShapeKind::long_integer:
    case ShapeKind::float_number:
    case ShapeKind::double_number:
    case ShapeKind::big_number:
      return check_number(value, shape, name);
  }
}

Status Validator::result() && {
  if (faults_.empty()) return ok();
  std::string text = "Parameter validation failed:";
  for (const std::string& one : faults_) text += "\n" + one;
  return make_error(ErrorKind::invalid, "ParamValidation", std::move(text));
}

}  // namespace

Status validate_params(const Operation& operation, const Json& params) {
  Validator validator;
  if (const auto input = operation.input()) {
    validator.check_structure(params, *input, "", 0);
  } else if (!params.is_object() || !params.get_object().empty()) {
    return make_error(ErrorKind::invalid, "ParamValidation",
                      fmt::format("Parameter validation failed:\n{} takes no parameters", operation.name()));
  }
  return std::move(validator).result();
}

}  // namespace hm::aws
