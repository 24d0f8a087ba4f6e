// Statements of one user on a connection of their own.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"

namespace hm::query {

// `path` is the query database. Opens, makes the views that the texts name, locks the connection down, runs
// one statement after the other on one snapshot, closes.
Result<QueryDatabase::Together> run_in_sandbox(const std::string& path, const std::vector<TableSpec>& specs,
                                               const std::vector<Statement>& statements, const Scope& scope,
                                               const std::stop_token& stop);
Result<Shape> describe_in_sandbox(const std::string& path, const std::vector<TableSpec>& specs,
                                  std::string_view sql);

}  // namespace hm::query
