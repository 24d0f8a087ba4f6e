// The form in which the build puts the catalog into the binary: for each file its path, the number of bytes
// and the document as JSON, with what the models say filled in (column types, sensitive paths).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace hm::catalog {

// The schemas of resource files and of rules.
const Json& resource_schema();
const Json& rule_schema();

// What the build embeds. All of `files` must have been loaded without a fault into `catalog`.
Result<std::string> compile_files(const std::vector<CatalogFile>& files, const Catalog& catalog);
std::vector<CatalogFile> decompile_files(std::string_view compiled);

}  // namespace hm::catalog
