#include "cli/aws_files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace hm::cli {

namespace {

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string with_variables(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      out += text[at++];
      continue;
    }
    const bool braces = at + 1 < text.size() && text[at + 1] == '{';
    size_t end = at + (braces ? 2 : 1);
    const size_t start = end;
    while (end < text.size() && (braces ? text[end] != '}' : word_character(text[end]))) ++end;
    const std::string name(text.substr(start, end - start));
    if (braces && end < text.size()) ++end;
    const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
    out += value ? std::string(value) : std::string(text.substr(at, end - at));
    at = end;
  }
  return out;
}

}  // namespace

std::string expand_path(std::string_view path) {
  std::string out(path);
  const char* home = std::getenv("HOME");
  if (home && (out == "~" || out.starts_with("~/"))) out = home + out.substr(1);
  return with_variables(out);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || content.tellp() > static_cast<std::streamoff>(kMaxParameterFileBytes)) {
    return make_error(ErrorKind::not_found, "unreadable_file",
                      std::string(file ? "too large" : std::strerror(errno)) + ": '" + path + "'");
  }
  return content.str();
}

Result<std::optional<std::string>> read_if_file(std::string_view value) {
  const size_t prefix = value.starts_with("file://") ? 7 : value.starts_with("fileb://") ? 8 : 0;
  if (prefix == 0) return std::optional<std::string>();
  auto content = read_file(expand_path(value.substr(prefix)));
  if (!content) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Unable to load paramfile " + std::string(value) + ": " + content.error().message);
  }
  return std::optional<std::string>(std::move(*content));
}

}  // namespace hm::cli
