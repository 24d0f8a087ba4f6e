// The SQL of base tables and of the views over them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"

namespace hm::query {

std::string base_name(std::string_view table);
std::vector<const ColumnSpec*> stored_columns(const TableSpec& spec);
std::string create_table_sql(const TableSpec& spec);
std::string create_indexes_sql(const TableSpec& spec);
std::string insert_sql(const TableSpec& spec);
// A temporary view with the scope inside.
std::string create_view_sql(const TableSpec& spec, const Scope& scope);
std::string quote(std::string_view text);  // 'text'

}  // namespace hm::query
