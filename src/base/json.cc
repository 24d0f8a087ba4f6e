#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>

namespace hm {

namespace {

// Builds a value from what Boost's parser reads. Its own handler takes doubles as the parser computed them,
// which can be off in the last digit (Boost before 1.84); from the text they come out exact.
class ExactHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Text = boost::json::string_view;
  using Failure = boost::json::error_code;

  Json release() { return stack_.release(); }
  void start(boost::json::storage_ptr where) { stack_.reset(std::move(where)); }

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(std::size_t count, Failure&) {
    stack_.push_object(count);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t count, Failure&) {
    stack_.push_array(count);
    return true;
  }
  bool on_key_part(Text text, std::size_t, Failure&) {
    stack_.push_chars(text);
    return true;
  }
  bool on_key(Text text, std::size_t, Failure&) {
    stack_.push_key(text);
    return true;
  }
  bool on_string_part(Text text, std::size_t, Failure&) {
    stack_.push_chars(text);
    return true;
  }
  bool on_string(Text text, std::size_t, Failure&) {
    stack_.push_string(text);
    return true;
  }
  bool on_number_part(Text text, Failure&) {
    number_.append(text.data(), text.size());
    return true;
  }
  bool on_int64(int64_t value, Text, Failure&) {
    number_.clear();
    stack_.push_int64(value);
    return true;
  }
  bool on_uint64(uint64_t value, Text, Failure&) {
    number_.clear();
    stack_.push_uint64(value);
    return true;
  }
  bool on_double(double value, Text text, Failure& failure) {
    number_.append(text.data(), text.size());
    std::from_chars(number_.data(), number_.data() + number_.size(), value);
    number_.clear();
    if (!std::isfinite(value)) {  // JSON could not say it again
      failure = boost::json::error::exponent_overflow;
      return false;
    }
    stack_.push_double(value);
    return true;
  }
  bool on_bool(bool value, Failure&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(Failure&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(Text, Failure&) { return true; }
  bool on_comment(Text, Failure&) { return true; }

 private:
  // What most documents need; the stack takes more where it must.
  alignas(std::max_align_t) unsigned char room_[4096];
  boost::json::value_stack stack_{{}, room_, sizeof room_};
  std::string number_;
};

Result<Json> parse(std::string_view text, boost::json::storage_ptr where) {
  boost::json::parse_options options;
  options.max_depth = 128;
  boost::json::basic_parser<ExactHandler> parser(options);
  parser.handler().start(std::move(where));
  boost::json::error_code failure;
  const size_t used = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    failure = boost::json::error::extra_data;
  }
  if (failure) {
    return make_error(ErrorKind::invalid, "bad_json",
                      "not valid JSON at byte " + std::to_string(used) + ": " + failure.message());
  }
  return parser.handler().release();
}

}  // namespace

Result<Json> parse_json(std::string_view text) { return parse(text, {}); }
Result<Json> parse_json(std::string_view text, JsonArena& arena) { return parse(text, &arena); }

std::string to_json(const Json& value) { return boost::json::serialize(value); }

namespace {

void indent(std::string& out, int depth) { out.append(static_cast<size_t>(depth) * 4, ' '); }

void print(std::string& out, const Json& value, int depth) {
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& entry : *object) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      out += boost::json::serialize(boost::json::string_view(entry.key()));
      out += ": ";
      print(out, entry.value(), depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "}";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += "[\n";
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      print(out, item, depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "]";
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string to_json_pretty(const Json& value) {
  std::string out;
  print(out, value, 0);
  return out;
}

const Json* member(const Json& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string_view member_text(const Json& value, std::string_view key, std::string_view otherwise) {
  const Json* found = member(value, key);
  return found && found->is_string() ? as_text(*found) : otherwise;
}

Json sorted(const Json& value) {
  if (const auto* object = value.if_object()) {
    std::vector<std::pair<std::string_view, const Json*>> entries;
    entries.reserve(object->size());
    for (const auto& entry : *object) entries.emplace_back(std::string_view(entry.key()), &entry.value());
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    JsonObject out;
    out.reserve(entries.size());
    for (const auto& [key, child] : entries) out.emplace(key, sorted(*child));
    return out;
  }
  if (const auto* array = value.if_array()) {
    JsonArray out;
    out.reserve(array->size());
    for (const auto& item : *array) out.push_back(sorted(item));
    return out;
  }
  return value;
}

}  // namespace hm
