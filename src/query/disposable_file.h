// A SQLite file that holds nothing which cannot be made again: mode 0600, WAL, no waiting for the disk. A
// file that is damaged, or was open when the machine went down, is made anew.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/link.h"

namespace hm::query {

// Opens the file, or makes it with the tables of `script` and `hm_base_meta (key, value)`, in which the
// script may put values. Several processes may do so at once.
Result<std::unique_ptr<store::Link>> open_disposable(const std::string& path, const std::string& script);
// The same; what is damaged is removed first.
Result<std::unique_ptr<store::Link>> open_or_remake(const std::string& path, const std::string& script);
void remove_disposable(const std::string& path);
// Removes the files of `directory` that begin with `prefix`, are not `own` and were not touched for two days:
// those of other catalogs, and leftovers of processes that were killed.
void remove_unused(const std::string& directory, std::string_view prefix, const std::string& own);

}  // namespace hm::query
