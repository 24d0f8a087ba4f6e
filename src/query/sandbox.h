// One user's statement on a connection of its own.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"

namespace hm::query {

// `path` is the query database. Opens, makes the views that the text names, locks the connection down, runs,
// closes.
Result<Answer> run_in_sandbox(const std::string& path, const std::vector<TableSpec>& specs,
                              std::string_view sql, const Scope& scope, const Limits& limits,
                              const std::stop_token& stop);

}  // namespace hm::query
