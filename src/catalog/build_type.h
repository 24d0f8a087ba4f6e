// Turns one resource file into a ResourceType, checking everything that it names against the AWS models.
#pragma once

#include <optional>
#include <string>
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

// Nothing where a fault was added.
std::optional<ResourceType> build_type(const BuildInput& input, std::vector<Fault>& faults);

}  // namespace hm::catalog
