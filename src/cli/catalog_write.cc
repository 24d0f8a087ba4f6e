#include "cli/catalog_write.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "catalog/derive.h"
#include "catalog/page.h"
#include "catalog/yaml_text.h"
#include "cli/commands.h"

namespace hm::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kLinesToLookAt = 10;

Error unwritable(const fs::path& path, const std::string& why) {
  return make_error(ErrorKind::unavailable, "unwritable", "cannot write " + path.string() + ": " + why);
}

Status write_page(const fs::path& path, const std::string& text) {
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) return unwritable(path, failure.message());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return out ? ok() : Status(unwritable(path, "is the disk full, or the directory another's?"));
}

bool is_ours(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  for (int i = 0; i < kLinesToLookAt && std::getline(in, line); ++i) {
    if (line + "\n" == catalog::kWritten) return true;
  }
  return false;
}

// Pages of services that have no table any more.
Status remove_others(const fs::path& directory, const std::set<fs::path>& written) {
  std::error_code failure;
  std::vector<fs::path> old;
  for (fs::directory_iterator walk(directory, failure), end; !failure && walk != end;
       walk.increment(failure)) {
    const auto& path = walk->path();
    if (path.extension() == ".md" && !written.contains(path) && is_ours(path)) old.push_back(path);
  }
  if (failure) return unwritable(directory, failure.message());
  for (const auto& path : old) {
    if (!fs::remove(path, failure)) return unwritable(path, failure.message());
  }
  return ok();
}

Status write_all(const catalog::Catalog& types, const fs::path& directory) {
  std::set<fs::path> written;
  for (const auto& page : catalog::pages_of(types)) {
    const fs::path path = directory / page.path;
    HM_DO(write_page(path, page.text));
    written.insert(path);
  }
  return remove_others(directory, written);
}

}  // namespace

int write_new(const std::string& service, const std::string& operation) {
  auto draft = catalog::draft_type(catalog::embedded_derived_rules(), service, operation);
  if (!draft) return report(draft.error());
  std::printf("# resources/%s.yaml, drafted from AWS's model.\n%s", draft->id.c_str(),
              catalog::yaml_text(draft->document).c_str());
  for (const auto& note : draft->notes) std::fprintf(stderr, "look at: %s\n", note.c_str());
  return kExitOk;
}

int write_docs(const catalog::Catalog& types, const std::string& directory) {
  if (auto done = write_all(types, directory); !done) return report(done.error());
  std::printf("%zu tables in %s\n", types.resources().size(), directory.c_str());
  return kExitOk;
}

}  // namespace hm::cli
