// The parts of `hostmaster catalog` that write files: a type to begin with, and the pages of all tables.
#pragma once

#include <string>

#include "catalog/catalog.h"

namespace hm::cli {

// On standard output; what a person must look at goes to standard error.
int write_new(const std::string& service, const std::string& operation);
// Below `directory`, where pages of tables that are no more are removed.
int write_docs(const catalog::Catalog& types, const std::string& directory);

}  // namespace hm::cli
