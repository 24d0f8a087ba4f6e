// The documentation of tables, written from the catalog: a page for each service with a section for each
// table, and the index of all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace hm::catalog {

// Stands in every page, and tells them from what people wrote.
inline constexpr std::string_view kWritten =
    "Written by `hostmaster catalog docs docs/tables --derived`; do not edit.\n";

struct Page {
  std::string path;  // "glue.md"
  std::string text;  // Markdown
};

std::vector<Page> pages_of(const Catalog& catalog);

}  // namespace hm::catalog
