#include "cli/aws_shorthand.h"

#include <charconv>
#include <cstring>
#include <utility>

#include "cli/aws_files.h"

namespace hm::cli {

namespace {

constexpr int kMaxDepth = 64;

bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// What may begin a bare value, and what may follow: in the first value of a key also '=', in the others not,
// since "a=b,c=d" is two keys.
bool starts_value(char c) { return static_cast<unsigned char>(c) > ' ' && !std::strchr("\"',=[{", c); }
bool follows_first(char c) {
  return space(c) || (static_cast<unsigned char>(c) > ' ' && !std::strchr("\"',]}", c));
}
bool follows_later(char c) {
  return space(c) || (static_cast<unsigned char>(c) > ' ' && !std::strchr("\"',=", c));
}
bool key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::strchr("-_.#/:", c);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Json> parameter() {
    JsonObject object;
    size_t last = 0;
    for (bool first = true; first || at_ < text_.size(); first = false) {
      if (!first) HM_DO(expect(',', true));
      const std::string key = read_key();
      HM_DO(read_equals());
      HM_TRY(Json value, values());
      if (!first && object.contains(key)) return twice(key, last + 1);
      object[key] = std::move(value);
      last = at_;
    }
    return object;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char current() const { return at_end() ? '\0' : text_[at_]; }

  std::string marked(size_t at) const {
    const auto before = text_.substr(0, at).rfind('\n');
    const size_t spaces = before == std::string_view::npos ? at : at - before - 1;
    const auto next = text_.find('\n', at);
    const std::string_view rest = next == std::string_view::npos ? std::string_view() : text_.substr(next);
    return std::string(text_.substr(0, next)) + "\n" + std::string(spaces, ' ') + "^" + std::string(rest);
  }

  Error wrong(std::string_view expected, std::string_view received) const {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Expected: '" + std::string(expected) + "', received: '" + std::string(received) +
                          "' for input:\n" + marked(at_));
  }

  Error twice(const std::string& key, size_t at) const {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Second instance of key \"" + key + "\" encountered for input:\n" + marked(at) +
                          "\nThis is often because there is a preceding \",\" instead of a space.");
  }

  void skip_space() {
    while (!at_end() && space(text_[at_])) ++at_;
  }

  Status expect(char wanted, bool with_space = false) {
    if (with_space) skip_space();
    if (at_end()) return wrong(std::string(1, wanted), "EOF");
    if (text_[at_] != wanted) return wrong(std::string(1, wanted), text_.substr(at_, 1));
    ++at_;
    if (with_space) skip_space();
    return ok();
  }

  std::string read_key() {
    const size_t start = at_;
    while (!at_end() && key_character(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // "=" or "@=", which reads files.
  Status read_equals() {
    from_file_ = false;
    skip_space();
    if (current() == '@') {
      ++at_;
      skip_space();
      from_file_ = true;
    }
    return expect('=', true);
  }

  Result<Json> values() {
    if (at_end()) return Json("");
    if (current() == '[') return explicit_list();
    if (current() == '{') return hash();
    return comma_list();
  }

  // "a" is a text, "a,b" a list; but in "a,b=c" the comma begins the next key.
  Result<Json> comma_list() {
    HM_TRY(Json first, first_value());
    skip_space();
    if (at_end() || text_[at_] != ',') return first;
    HM_DO(expect(',', true));
    JsonArray list{first};
    for (;;) {
      auto next = later_value();
      if (next) {
        skip_space();
        if (at_end()) {
          list.push_back(std::move(*next));
          break;
        }
        if (expect(',', true)) {
          list.push_back(std::move(*next));
          continue;
        }
      } else if (at_end() || next.error().code != "ParamError") {
        return next;
      }
      at_ = text_.rfind(',', at_);
      break;
    }
    return list.size() == 1 ? first : Json(std::move(list));
  }

  Result<Json> explicit_list() {
    HM_TRY(const Nesting nesting, enter());
    HM_DO(expect('[', true));
    JsonArray list;
    while (current() != ']' || at_end()) {
      HM_TRY(Json value, explicit_value());
      list.push_back(std::move(value));
      skip_space();
      if (current() != ']') {
        HM_DO(expect(','));
        skip_space();
      }
    }
    HM_DO(expect(']'));
    return list;
  }

  Result<Json> hash() {
    HM_TRY(const Nesting nesting, enter());
    HM_DO(expect('{', true));
    JsonObject object;
    while (current() != '}' || at_end()) {
      const std::string key = read_key();
      HM_DO(read_equals());
      HM_TRY(Json value, explicit_value());
      skip_space();
      if (current() != '}') {
        HM_DO(expect(','));
        skip_space();
      }
      object[key] = std::move(value);
    }
    HM_DO(expect('}'));
    return object;
  }

  Result<Json> explicit_value() {
    if (current() == '[') return explicit_list();
    if (current() == '{') return hash();
    return first_value();
  }

  Result<Json> first_value() {
    if (current() == '\'' || current() == '"') return quoted();
    if (at_end() || !(starts_value(current()) || escaped_comma())) return Json("");
    return bare(follows_first);
  }

  Result<Json> later_value() {
    if (current() == '\'' || current() == '"') return quoted();
    if (at_end() || !(starts_value(current()) || escaped_comma())) return wrong("<second>", "<none>");
    return bare(follows_later);
  }

  bool escaped_comma() const { return text_.substr(at_, 2) == "\\,"; }

  Result<Json> bare(bool (*follows)(char)) {
    std::string out;
    bool first = true;
    while (!at_end()) {
      if (escaped_comma()) {
        out += ',';
        at_ += 2;
      } else if (first ? starts_value(text_[at_]) : follows(text_[at_])) {
        out += text_[at_++];
      } else {
        break;
      }
      first = false;
    }
    while (!out.empty() && space(out.back())) out.pop_back();
    return resolve(out);
  }

  Result<Json> quoted() {
    const char quote = text_[at_];
    std::string out;
    size_t at = at_ + 1;
    while (at < text_.size() && text_[at] != quote) {
      if (text_[at] == '\\' && at + 1 < text_.size() && (text_[at + 1] == quote || text_[at + 1] == '\\'))
        ++at;
      out += text_[at++];
    }
    if (at >= text_.size()) return wrong(quote == '"' ? "<double quoted>" : "<singled quoted>", "<none>");
    at_ = at + 1;
    return resolve(out);
  }

  Result<Json> resolve(const std::string& value) const {
    if (!from_file_) return Json(value);
    HM_TRY(auto content, read_if_file(value));
    return Json(content ? *content : value);
  }

  struct Nesting {
    explicit Nesting(int& the_depth) : depth(&the_depth) { ++*depth; }
    Nesting(Nesting&& other) noexcept : depth(std::exchange(other.depth, nullptr)) {}
    Nesting& operator=(Nesting&&) = delete;
    ~Nesting() {
      if (depth) --*depth;
    }
    int* depth;
  };
  Result<Nesting> enter() {
    if (depth_ >= kMaxDepth) return make_error(ErrorKind::invalid, "ParamError", "nested too deeply");
    return Nesting(depth_);
  }

  const std::string_view text_;
  size_t at_ = 0;
  bool from_file_ = false;
  int depth_ = 0;
};

Status fit_scalar(Json& value, const aws::Shape& shape) {
  if (!value.is_string()) return ok();
  const std::string text(as_text(value));
  switch (shape.kind()) {
    case aws::ShapeKind::integer:
    case aws::ShapeKind::long_integer: {
      int64_t number = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failure != std::errc() || end != text.data() + text.size()) {
        return make_error(ErrorKind::invalid, "ValueError",
                          "invalid literal for int() with base 10: '" + text + "'");
      }
      value = number;
      return ok();
    }
    case aws::ShapeKind::float_number:
    case aws::ShapeKind::double_number: {
      double number = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (failure != std::errc() || end != text.data() + text.size()) {
        return make_error(ErrorKind::invalid, "ValueError",
                          "could not convert string to float: '" + text + "'");
      }
      value = number;
      return ok();
    }
    case aws::ShapeKind::boolean:
      if (text == "true" || text == "True" || text == "TRUE") value = true;
      if (text == "false" || text == "False" || text == "FALSE") value = false;
      return ok();
    default:
      return ok();
  }
}

}  // namespace

Result<Json> parse_shorthand(std::string_view text) { return Parser(text).parameter(); }

Status fit_shorthand(Json& value, const aws::Shape& shape) {
  if (shape.document()) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Shorthand syntax does not support document types. Use JSON input instead.");
  }
  switch (shape.kind()) {
    case aws::ShapeKind::structure:
      if (!value.is_object()) return ok();
      for (const aws::Member& member : shape.members()) {
        if (Json* inner = value.get_object().if_contains(member.name())) {
          HM_DO(fit_shorthand(*inner, member.shape()));
        }
      }
      return ok();
    case aws::ShapeKind::list:
      if (!value.is_array()) value = JsonArray{value};
      for (Json& item : value.get_array()) HM_DO(fit_shorthand(item, shape.element().shape()));
      return ok();
    case aws::ShapeKind::map:
      if (!value.is_object()) return ok();
      for (auto& entry : value.get_object()) HM_DO(fit_shorthand(entry.value(), shape.value().shape()));
      return ok();
    default:
      return fit_scalar(value, shape);
  }
}

}  // namespace hm::cli
