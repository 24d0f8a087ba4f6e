#include "catalog/catalog.h"

#include <algorithm>
#include <cstdio>

#include "catalog/derive.h"
#include "cli/catalog_write.h"
#include "cli/options.h"
#include "cli/output.h"
#include "rules/check.h"

namespace hm::cli {

namespace {

Error wrong_use() {
  return make_error(ErrorKind::invalid, "usage",
                    "usage: hostmaster catalog list | show TYPE | check DIRECTORY | new SERVICE OPERATION | "
                    "docs DIRECTORY; "
                    "see `hostmaster help catalog`");
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

void print_counts(const catalog::Catalog& types) {
  size_t derived = 0;
  size_t paid = 0;
  for (const auto& type : types.resources()) {
    derived += type.derived ? 1 : 0;
    paid += type.paid.empty() ? 0 : 1;
  }
  const size_t all = types.resources().size();
  std::fprintf(stderr, "%zu types: %zu curated, %zu derived", all, all - derived, derived);
  if (paid > 0)
    std::fprintf(stderr, " (%zu of them cost money, and are read only where they are named)", paid);
  std::fprintf(stderr, "\n");
  size_t off = 0;
  const auto unasked = catalog::unasked(types);
  for (const auto& service : unasked) off += service.tables.size();
  if (off > 0)
    std::fprintf(stderr,
                 "%zu more of %zu services are derived where they are asked for; --derived lists them\n", off,
                 unasked.size());
}

Json params_of(const catalog::Call& call) {
  return call.params.get_object().empty() ? Json() : Json(to_json(call.params));
}

int list(const catalog::Catalog& types, const std::string& output) {
  if (output.empty()) {
    for (const auto& type : types.resources())
      std::printf("%-32s %-36s %s\n", type.id.c_str(), type.table.c_str(), type.title.c_str());
  } else {
    Table table{{"type", "table", "title", "kind", "scope", "call", "params", "items", "columns",
                 "refresh_seconds", "paid"},
                {}};
    for (const auto& type : types.resources()) {
      table.rows.push_back({Json(type.id), Json(type.table), Json(type.title),
                            Json(type.derived ? "derived" : "curated"),
                            Json(type.scope == catalog::Scope::region ? "region" : "account"),
                            Json(type.list.service + ":" + type.list.operation), params_of(type.list),
                            Json(type.items.text()), Json(type.columns.size()), Json(type.refresh.count()),
                            type.paid.empty() ? Json() : Json(type.paid)});
    }
    std::fputs(render(table, form_of(output)).c_str(), stdout);
  }
  print_counts(types);
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

const catalog::ResourceType* find(const catalog::Catalog& types, const std::string& name) {
  const auto* type = types.find(name);
  return type != nullptr ? type : types.find_table(name);
}

int show(const catalog::Catalog& types, const std::string& name) {
  const auto* type = find(types, name);
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
  std::string verb, what, operation, output;
  bool derived = false;
  std::vector<std::string> directories;
  if (auto read = parse_options(
          "catalog", args,
          {{"verb", "VERB", "what to do", &verb, true, {"list", "show", "check", "new", "docs"}},
           {"what", "WHAT", "a type, a directory or a service", &what},
           {"operation", "OPERATION", "an operation of the service", &operation},
           {"--derived", "", "also what is derived from AWS's models", &derived},
           {"--output", "FORM", "how `list` prints", &output, false, {"table", "json", "csv"}},
           {"--catalog-dir", "DIR", "types of your own (may be repeated)", &directories}});
      !read)
    return report(read.error());
  if ((verb == "list") != what.empty() || (verb == "new") == operation.empty()) return report(wrong_use());
  if (verb == "check") return check(what);
  if (verb == "new") return write_new(what, operation);
  auto types = catalog::load_with(directories, derived ? catalog::all_derived() : std::vector<std::string>());
  // What is asked for by name is shown whether it is switched on or not.
  if (types && verb == "show" && find(**types, what) == nullptr)
    types = catalog::load_with(directories, catalog::all_derived());
  if (!types) return report(types.error());
  if (verb == "docs") return write_docs(**types, what);
  return verb == "list" ? list(**types, output) : show(**types, what);
}

}  // namespace hm::cli
