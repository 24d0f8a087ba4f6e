#include "cli/aws_files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "aws/protocol_text.h"

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
  const auto failed = [&](const std::string& why) {
    return make_error(ErrorKind::not_found, "unreadable_file", why + ": '" + path + "'");
  };
  const auto by_number = [&](int number) {
    return failed("[Errno " + std::to_string(number) + "] " + std::strerror(number));
  };
  std::error_code none;
  // A directory opens as a file does, and then has nothing in it.
  if (std::filesystem::is_directory(path, none)) return by_number(EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return by_number(errno != 0 ? errno : EIO);
  std::string content;
  char buffer[64 * 1024];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    content.append(buffer, static_cast<size_t>(file.gcount()));
    if (content.size() > kMaxParameterFileBytes) return failed("larger than 512 MiB");
  }
  if (file.bad()) return by_number(errno != 0 ? errno : EIO);
  return content;
}

Result<std::optional<std::string>> read_if_file(std::string_view value) {
  const size_t prefix = value.starts_with("file://") ? 7 : value.starts_with("fileb://") ? 8 : 0;
  if (prefix == 0) return std::optional<std::string>();
  const std::string path = expand_path(value.substr(prefix));
  auto content = read_file(path);
  if (!content) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Unable to load paramfile " + std::string(value) + ": " + content.error().message);
  }
  if (prefix == 7 && !aws::is_utf8(*content)) {
    return make_error(ErrorKind::invalid, "ParamError",
                      "Unable to load paramfile (" + path +
                          "), text contents could not be decoded.  If this is a binary file, please use the "
                          "fileb:// prefix instead of the file:// prefix.");
  }
  return std::optional<std::string>(std::move(*content));
}

}  // namespace hm::cli
