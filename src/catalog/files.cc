#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catalog/catalog.h"

namespace hm::catalog {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxFilesInDirectory = 2000;
constexpr int kMaxDepth = 4;

Error unreadable(const fs::path& path, const std::string& why) {
  return make_error(ErrorKind::invalid, "unreadable_catalog",
                    "cannot read the catalog " + path.string() + ": " + why);
}

// Recorded answers lie beside their type, in <type>.golden/, and are no part of the catalog.
bool is_golden(const fs::path& path) { return path.extension() == ".golden"; }

}  // namespace

Result<std::vector<CatalogFile>> files_in(const std::string& directory) {
  std::error_code failure;
  const fs::path root(directory);
  if (!fs::is_directory(root, failure)) return unreadable(root, "there is no such directory");
  std::vector<CatalogFile> files;
  fs::recursive_directory_iterator walk(root, failure);
  if (failure) return unreadable(root, failure.message());
  for (const fs::recursive_directory_iterator end; walk != end; walk.increment(failure)) {
    if (failure) return unreadable(root, failure.message());
    const auto& path = walk->path();
    if (walk->is_directory() && (is_golden(path) || walk.depth() >= kMaxDepth))
      walk.disable_recursion_pending();
    if (!walk->is_regular_file() || path.extension() != ".yaml") continue;
    if (files.size() == kMaxFilesInDirectory) return unreadable(root, "more than 2000 files");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return unreadable(path, "it cannot be read");
    CatalogFile file;
    file.path = path.lexically_relative(root).generic_string();
    file.text = text.str();
    file.origin = path.generic_string();
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace hm::catalog
