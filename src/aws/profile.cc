#include "aws/profile.h"

#include <algorithm>

namespace hm::aws {

namespace {

enum class FileKind { config, credentials };

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_comment(char c) { return c == '#' || c == ';'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_name(std::string_view text, std::string_view allowed) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           allowed.find(c) != std::string_view::npos;
  });
}

constexpr std::string_view kInSectionNames = "-_/.%@:+";
constexpr std::string_view kInPropertyNames = "-_.";

// A comment needs white space before it; the rest of the line belongs to the value.
std::string_view without_comment(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (is_comment(text[i]) && is_space(text[i - 1])) return text.substr(0, i);
  }
  return text;
}

class Parser {
 public:
  Parser(FileKind kind, std::string_view name, Profiles& out) : kind_(kind), name_(name), out_(out) {}

  Status parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the byte order mark of some editors
    while (!text.empty()) {
      const auto end = text.find('\n');
      ++line_;
      HM_DO(line(text.substr(0, end)));
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return ok();
  }

 private:
  Error fault(std::string kind, std::string_view message) const {
    return make_error(ErrorKind::invalid, "bad_profile_file",
                      std::string(name_) + ", line " + std::to_string(line_) + ": " + std::string(message))
        .note("fault", std::move(kind));
  }

  Status line(std::string_view text) {
    if (trimmed(text).empty()) return ok();
    if (is_comment(text.front())) return ok();
    if (is_space(text.front())) {
      const std::string_view rest = trimmed(text);
      // AWS's tools take an indented comment for a comment, also inside a nested block.
      return is_comment(rest.front()) ? ok() : continuation(rest);
    }
    if (text.front() == '[') return section(text);
    return property_line(text);
  }

  Status section(std::string_view text) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      return fault("unclosed_section", "a section must end with ']'");
    }
    in_section_ = true;
    property_ = nullptr;
    ignored_property_ = false;
    section_ = find_section(trimmed(text.substr(1, end - 1)));
    return ok();
  }

  // nullptr: to be ignored.
  ProfileSection* find_section(std::string_view title) {
    const auto space = std::find_if(title.begin(), title.end(), is_space);
    const std::string_view first(title.begin(), space);
    const std::string_view rest = trimmed(std::string_view(space, title.end()));
    if (kind_ == FileKind::credentials) {
      return rest.empty() && is_name(first, kInSectionNames) ? &out_.profiles[std::string(first)] : nullptr;
    }
    if (rest.empty()) {
      // Beside [profile default], a plain [default] counts for nothing.
      if (first != "default" || prefixed_default_) return nullptr;
      return &out_.profiles["default"];
    }
    // "aws configure" puts a name with spaces into quotes.
    const bool quoted = rest.size() > 2 && rest.front() == rest.back() && (rest[0] == '\'' || rest[0] == '"');
    if (quoted && first == "profile") return &out_.profiles[std::string(rest.substr(1, rest.size() - 2))];
    if (!is_name(rest, kInSectionNames)) return nullptr;
    if (first == "sso-session") return &out_.sso_sessions[std::string(rest)];
    if (first == "services") return &out_.services[std::string(rest)];
    if (first != "profile") return nullptr;
    if (rest == "default" && !prefixed_default_) {
      prefixed_default_ = true;
      out_.profiles["default"].clear();
    }
    return &out_.profiles[std::string(rest)];
  }

  Status property_line(std::string_view text) {
    if (!in_section_) return fault("no_section", "a property before the first section");
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      return fault("no_equals_sign", "expected 'name = value'");
    }
    const std::string_view name = trimmed(text.substr(0, equals));
    if (name.empty()) return fault("no_name", "a property without a name");
    property_ = nullptr;
    ignored_property_ = !section_ || !is_name(name, kInPropertyNames);
    if (ignored_property_) return ok();
    property_ = &(*section_)[lower(name)];
    *property_ = trimmed(without_comment(text.substr(equals + 1)));
    nested_ = property_->empty();
    return ok();
  }

  Status continuation(std::string_view text) {
    if (!in_section_) return fault("no_section", "a continued value before the first section");
    if (ignored_property_) return ok();
    if (!property_) {
      return section_ ? fault("stray_continuation", "a continued value without a property before it") : ok();
    }
    if (nested_) {
      const auto equals = text.find('=');
      if (equals == std::string_view::npos) {
        return fault("no_equals_sign", "expected 'name = value' inside a nested block");
      }
      if (trimmed(text.substr(0, equals)).empty()) {
        return fault("no_name", "a nested property without a name");
      }
    }
    property_->append("\n").append(text);
    return ok();
  }

  const FileKind kind_;
  const std::string_view name_;
  Profiles& out_;
  int line_ = 0;
  bool in_section_ = false;
  bool prefixed_default_ = false;
  bool ignored_property_ = false;
  bool nested_ = false;
  ProfileSection* section_ = nullptr;
  std::string* property_ = nullptr;
};

void merge(ProfileSections& into, const ProfileSections& from) {
  for (const auto& [name, section] : from) {
    ProfileSection& target = into[name];
    for (const auto& [key, value] : section) target.insert_or_assign(key, value);
  }
}

}  // namespace

const ProfileSection* Profiles::find(const ProfileSections& sections, std::string_view name) {
  const auto found = sections.find(name);
  return found == sections.end() ? nullptr : &found->second;
}

Result<Profiles> parse_profiles(std::string_view config, std::string_view credentials,
                                std::string_view config_name, std::string_view credentials_name) {
  Profiles out;
  HM_DO(Parser(FileKind::config, config_name, out).parse(config));
  Profiles secrets;
  HM_DO(Parser(FileKind::credentials, credentials_name, secrets).parse(credentials));
  merge(out.profiles, secrets.profiles);
  out.secrets = std::move(secrets.profiles);
  return out;
}

ProfileSection sub_properties(std::string_view block) {
  ProfileSection out;
  while (!block.empty()) {
    const auto end = block.find('\n');
    const std::string_view line = block.substr(0, end);
    block = end == std::string_view::npos ? std::string_view() : block.substr(end + 1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    out.insert_or_assign(lower(trimmed(line.substr(0, equals))),
                         std::string(trimmed(line.substr(equals + 1))));
  }
  return out;
}

std::string_view property(const ProfileSection& section, std::string_view name) {
  const auto found = section.find(name);
  return found == section.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace hm::aws
