// Turns one resource file into a ResourceType, checking everything that it names against the AWS models.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "catalog/catalog.h"
#include "catalog/faults.h"

namespace hm::catalog {

struct BuildInput {
  std::string id;     // "ec2/volume"
  std::string file;   // as named in messages
  const Yaml& yaml;   // has the form of the schema
  bool check = true;  // false: the build has checked it
};

// Small letters, digits and single _, as a column of SQL.
bool is_column_name(std::string_view name);
// A column that every table has by itself.
bool is_own_column(std::string_view name);

// Nothing where a fault was added.
std::optional<ResourceType> build_type(const BuildInput& input, std::vector<Fault>& faults);

}  // namespace hm::catalog
