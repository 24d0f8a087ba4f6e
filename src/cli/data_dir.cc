#include "cli/data_dir.h"

#include <cstdlib>

namespace hm::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

std::string data_dir(const std::string& given) {
  if (!given.empty()) return given;
  if (const std::string named = environment("HM_DATA_DIR"); !named.empty()) return named;
  if (const std::string shared = environment("XDG_DATA_HOME"); !shared.empty()) return shared + "/hostmaster";
  const std::string home = environment("HOME");
  return (home.empty() ? "." : home) + "/.local/share/hostmaster";
}

std::string database_url(const std::string& given, const std::string& data_directory) {
  if (!given.empty()) return given;
  if (const std::string named = environment("HM_DATABASE_URL"); !named.empty()) return named;
  return "sqlite:" + data_directory + "/hostmaster.db";
}

}  // namespace hm::cli
