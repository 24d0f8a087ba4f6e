#include "cli/aws_values.h"

#include <charconv>
#include <cstring>

#include "base/encoding.h"
#include "cli/aws_files.h"
#include "cli/aws_shorthand.h"

namespace hm::cli {

namespace {

bool is_complex(const aws::Shape& shape) {
  const aws::ShapeKind kind = shape.kind();
  return kind == aws::ShapeKind::structure || kind == aws::ShapeKind::list || kind == aws::ShapeKind::map;
}

bool holds_documents(const aws::Shape& shape) {
  if (shape.document()) return true;
  if (shape.kind() == aws::ShapeKind::list) return holds_documents(shape.element().shape());
  if (shape.kind() == aws::ShapeKind::map) return holds_documents(shape.value().shape());
  return false;
}

bool takes_shorthand(const aws::Shape& shape) {
  if (holds_documents(shape) || !is_complex(shape)) return false;
  return shape.kind() != aws::ShapeKind::list || is_complex(shape.element().shape());
}

std::string_view trimmed_left(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n\v\f");
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

bool looks_like_json(std::string_view text) {
  const std::string_view start = trimmed_left(text);
  return start.starts_with('{') || start.starts_with('[');
}

Error param_error(const std::string& option, const std::string& why) {
  return make_error(ErrorKind::invalid, "ParamError", "Error parsing parameter '" + option + "': " + why);
}

Result<Json> read_json(const std::string& option, const std::string& text) {
  auto value = parse_json(text);
  if (value) return value;
  return param_error(option, "Invalid JSON: " + value.error().message + "\nJSON received: " + text);
}

// The content of the file that a streaming parameter names.
Result<Json> read_stream(const std::string& option, const std::string& path) {
  auto content = read_file(expand_path(path));
  if (!content) return param_error(option, "Blob values must be a path to a file.");
  return Json(*content);
}

Result<Json> read_scalar(const aws::Member& member, const std::string& option, const std::string& text) {
  const aws::Shape shape = member.shape();
  if (shape.document() || member.json_value()) return read_json(option, text);
  if (shape.kind() == aws::ShapeKind::blob && (member.streaming() || shape.streaming())) {
    return read_stream(option, text);
  }
  Json value(text);
  HM_DO(fit_shorthand(value, shape));
  return value;
}

Result<Json> read_shorthand(const aws::Shape& shape, const std::string& option,
                            const std::vector<std::string>& words) {
  const bool list = shape.kind() == aws::ShapeKind::list;
  Json value;
  if (list) {
    JsonArray items;
    for (const std::string& word : words) {
      auto item = parse_shorthand(word);
      if (!item) return param_error(option, item.error().message);
      items.push_back(std::move(*item));
    }
    value = std::move(items);
  } else if (shape.kind() == aws::ShapeKind::structure && shape.members().size() == 1 &&
             shape.members()[0].name() == "Value" &&
             shape.members()[0].shape().kind() == aws::ShapeKind::string &&
             words[0].find('=') == std::string::npos) {
    return Json(JsonObject{{"Value", words[0]}});  // a structure of a text alone may be the text
  } else {
    auto parsed = parse_shorthand(words[0]);
    if (!parsed) return param_error(option, parsed.error().message);
    value = std::move(*parsed);
  }
  if (auto fits = fit_shorthand(value, shape); !fits) {
    if (fits.error().code != "ParamError") return std::move(fits.error());
    return param_error(option, fits.error().message);
  }
  return value;
}

Result<Json> read_list(const aws::Shape& shape, const std::string& option,
                       const std::vector<std::string>& words) {
  if (words.size() == 1 && trimmed_left(words[0]).starts_with('[')) return read_json(option, words[0]);
  JsonArray items;
  for (const std::string& word : words) {
    HM_TRY(Json item, read_value(shape.element(), option, {word}));
    items.push_back(std::move(item));
  }
  return Json(std::move(items));
}

}  // namespace

Result<Json> read_value(const aws::Member& member, const std::string& option,
                        const std::vector<std::string>& words_given) {
  std::vector<std::string> words = words_given;
  if (words.size() == 1) {
    auto content = read_if_file(words[0]);
    if (!content) return param_error(option, content.error().message);
    if (*content) words[0] = **content;
  }
  const aws::Shape shape = member.shape();
  const std::string first = words.empty() ? "" : words[0];
  if (takes_shorthand(shape) && !looks_like_json(first)) return read_shorthand(shape, option, words);
  if (shape.kind() == aws::ShapeKind::list && !shape.document()) return read_list(shape, option, words);
  if (shape.kind() == aws::ShapeKind::structure || shape.kind() == aws::ShapeKind::map) {
    if (trimmed_left(first).starts_with('{') || shape.document()) return read_json(option, first);
    return param_error(option, "Invalid JSON:\n" + first);
  }
  return read_scalar(member, option, first);
}

void encode_blobs(Json& value, const aws::Shape& shape) {
  switch (shape.kind()) {
    case aws::ShapeKind::blob:
      if (value.is_string()) value = base64(as_text(value));
      return;
    case aws::ShapeKind::timestamp:
      if (value.is_string()) {
        const std::string text(as_text(value));
        double seconds = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (failure == std::errc() && end == text.data() + text.size() && text.size() > 8) value = seconds;
      }
      return;
    case aws::ShapeKind::structure:
      if (!value.is_object() || shape.document()) return;
      for (const aws::Member& member : shape.members()) {
        if (Json* inner = value.get_object().if_contains(member.name())) encode_blobs(*inner, member.shape());
      }
      return;
    case aws::ShapeKind::list:
      if (!value.is_array()) return;
      for (Json& item : value.get_array()) encode_blobs(item, shape.element().shape());
      return;
    case aws::ShapeKind::map:
      if (!value.is_object()) return;
      for (auto& entry : value.get_object()) encode_blobs(entry.value(), shape.value().shape());
      return;
    default:
      return;
  }
}

}  // namespace hm::cli
