// What `hostmaster diff` prints.
#pragma once

#include "cli/output.h"
#include "inventory/trail.h"

namespace hm::cli {

// One row a difference, and one for each resource that has none to show; as JSON one row a resource.
void add_diff_rows(Table& table, const inventory::EventDetail& detail, const inventory::Who& who, Form form);
std::vector<std::string> diff_columns(Form form);

// Says on standard error what the answer leaves out. True where it leaves out nothing.
bool explain_diff(const inventory::DiffTrust& trust);

}  // namespace hm::cli
