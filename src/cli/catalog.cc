#include "catalog/catalog.h"

#include <algorithm>
#include <cstdio>

#include "cli/options.h"
#include "rules/check.h"

namespace hm::cli {

namespace {

Error wrong_use() {
  return make_error(
      ErrorKind::invalid, "usage",
      "usage: hostmaster catalog list | show TYPE | check DIRECTORY; see `hostmaster help catalog`");
}

int check(const std::string& directory) {
  auto files = catalog::files_in(directory);
  if (!files) return report(files.error());
  auto all = catalog::embedded_files();
  // A copy of the built-in catalog checks itself; another directory is checked beside the built-in types, to
  // which it may refer.
  const bool copy = std::any_of(files->begin(), files->end(), [&](const auto& file) {
    return std::any_of(all.begin(), all.end(), [&](const auto& own) { return own.path == file.path; });
  });
  if (copy) all.clear();
  for (const auto& file : *files) all.push_back(file);
  auto loaded = catalog::load_catalog(all);
  const Status checked =
      loaded ? rules::check_rules(**loaded, {.cases = true}, false) : Status(loaded.error());
  if (!checked) {
    const auto count = checked.error().notes.find("faults");
    std::fprintf(stderr, "%s\n", checked.error().message.c_str());
    std::fprintf(stderr, "hostmaster: %s faults in %s\n",
                 count == checked.error().notes.end() ? "there are" : count->second.c_str(),
                 directory.c_str());
    return kExitFailed;
  }
  std::printf("%zu files in %s: no fault\n", files->size(), directory.c_str());
  return kExitOk;
}

int list(const catalog::Catalog& types) {
  for (const auto& type : types.resources())
    std::printf("%-32s %-36s %s\n", type.id.c_str(), type.table.c_str(), type.title.c_str());
  return kExitOk;
}

void print_calls(const catalog::ResourceType& type) {
  std::printf("\ncalls\n");
  if (type.parents)
    std::printf("  %s %s, for the parents\n", type.parents->call.service.c_str(),
                type.parents->call.operation.c_str());
  std::printf("  %s %s%s, every %lld s\n", type.list.service.c_str(), type.list.operation.c_str(),
              type.parents ? " for each" : "", static_cast<long long>(type.refresh.count()));
  if (type.describe)
    std::printf("  %s %s, for %zu at once\n", type.describe->call.service.c_str(),
                type.describe->call.operation.c_str(), type.describe->chunk);
  for (const auto& detail : type.details) {
    const auto every = detail.refresh.count() != 0 ? detail.refresh : type.refresh;
    std::printf("  %s %s for each, every %lld s, into %s\n", detail.call.service.c_str(),
                detail.call.operation.c_str(), static_cast<long long>(every.count()), detail.into.c_str());
  }
  std::printf("\npermissions\n");
  for (const auto& one : type.permissions) std::printf("  %s\n", one.c_str());
}

int show(const catalog::Catalog& types, const std::string& name) {
  const auto* type = types.find(name);
  if (type == nullptr) type = types.find_table(name);
  if (type == nullptr)
    return report(make_error(ErrorKind::not_found, "no_such_type",
                             "there is no resource type or table '" + name + "'" + types.remedy(name)));
  std::printf("%s (%s), table %s\n%s\n\ncolumns\n", type->title.c_str(), type->id.c_str(),
              type->table.c_str(), type->description.c_str());
  for (const auto& column : type->columns) {
    std::printf("  %-40s %-8s %s\n", column.name.c_str(), std::string(to_string(column.type)).c_str(),
                column.description.c_str());
  }
  if (!type->relations.empty()) std::printf("\nrelations\n");
  for (const auto& relation : type->relations)
    std::printf("  %-40s %s\n", relation.name.c_str(), relation.type.c_str());
  print_calls(*type);
  return kExitOk;
}

}  // namespace

int run_catalog(const Args& args) {
  std::string verb;
  std::string what;
  std::vector<std::string> directories;
  if (auto read =
          parse_options("catalog", args,
                        {{"verb", "VERB", "list, show or check", &verb, true, {"list", "show", "check"}},
                         {"what", "WHAT", "a type or a directory", &what},
                         {"--catalog-dir", "DIR", "types of your own (may be repeated)", &directories}});
      !read)
    return report(read.error());
  if ((verb == "list") != what.empty()) return report(wrong_use());
  if (verb == "check") return check(what);
  auto types = catalog::load_with(directories);
  if (!types) return report(types.error());
  return verb == "list" ? list(**types) : show(**types, what);
}

}  // namespace hm::cli
