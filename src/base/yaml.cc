#include "base/yaml.h"

#include <charconv>

#include <yaml-cpp/yaml.h>

namespace hm {

namespace {

constexpr int kMaxDepth = 64;

Error bad_yaml(const YAML::Mark& mark, std::string_view why) {
  return make_error(ErrorKind::invalid, "bad_yaml",
                    "line " + std::to_string(mark.line + 1) + ": " + std::string(why))
      .note("line", std::to_string(mark.line + 1));
}

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

template <class T>
bool parse_all(const std::string& text, T& value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size();
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  // yaml-cpp tags a quoted scalar "!": that is text whatever it looks like.
  if (node.Tag() == "!") return Json(text);
  if (text == "null" || text == "~" || text.empty()) return Json();
  if (text == "true") return Json(true);
  if (text == "false") return Json(false);
  const bool digits_first = text.front() == '-' || (text.front() >= '0' && text.front() <= '9');
  const bool octal_like = text.size() > 1 && text.front() == '0' && text[1] != '.';
  if (!digits_first || octal_like) return Json(text);
  int64_t integer = 0;
  if (parse_all(text, integer)) return Json(integer);
  double number = 0;
  if (parse_all(text, number)) return Json(number);
  return Json(text);
}

class Reader {
 public:
  explicit Reader(Yaml& out) : out_(out) {}

  Result<Json> read(const YAML::Node& node, const std::string& pointer, int depth) {
    if (depth > kMaxDepth) return bad_yaml(node.Mark(), "nested too deeply");
    out_.lines[pointer] = node.Mark().line + 1;
    if (node.IsMap()) return read_map(node, pointer, depth);
    if (node.IsSequence()) return read_sequence(node, pointer, depth);
    if (node.IsScalar()) return scalar(node);
    return Json();
  }

 private:
  Result<Json> read_map(const YAML::Node& node, const std::string& pointer, int depth) {
    JsonObject object;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) return bad_yaml(entry.first.Mark(), "a key must be a plain word");
      const std::string& key = entry.first.Scalar();
      if (object.contains(key)) return bad_yaml(entry.first.Mark(), "the key '" + key + "' is given twice");
      HM_TRY(auto value, read(entry.second, pointer + "/" + escape_pointer(key), depth + 1));
      // The key's line is where a person looks, also when its value begins on the next one.
      out_.lines[pointer + "/" + escape_pointer(key)] = entry.first.Mark().line + 1;
      object.emplace(key, std::move(value));
    }
    return Json(std::move(object));
  }

  Result<Json> read_sequence(const YAML::Node& node, const std::string& pointer, int depth) {
    JsonArray array;
    for (const auto& item : node) {
      HM_TRY(auto value, read(item, pointer + "/" + std::to_string(array.size()), depth + 1));
      array.push_back(std::move(value));
    }
    return Json(std::move(array));
  }

  Yaml& out_;
};

}  // namespace

int Yaml::line_of(std::string_view pointer) const {
  std::string at(pointer);
  while (true) {
    if (const auto found = lines.find(at); found != lines.end()) return found->second;
    const auto slash = at.rfind('/');
    if (slash == std::string::npos) return 1;
    at.resize(slash);
  }
}

Result<Yaml> parse_yaml(std::string_view text) {
  Yaml out;
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    Reader reader(out);
    HM_TRY(out.value, reader.read(root, "", 0));
  } catch (const YAML::Exception& failure) {
    return bad_yaml(failure.mark, failure.msg);
  }
  return out;
}

}  // namespace hm
