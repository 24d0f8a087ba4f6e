// The words that AWS's names are made of: "DBClusterSnapshots" is DB, Cluster and Snapshots.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hm::catalog {

std::vector<std::string> words_of(std::string_view name);
// "db_cluster_snapshots"
std::string snake_case(std::string_view name);
// The name with its last word in the singular: "DBClusterSnapshot"; "Indices" is "Index".
std::string singular(std::string_view name);
// Small letters and digits alone, to compare names that are written differently.
std::string plain_name(std::string_view name);

}  // namespace hm::catalog
