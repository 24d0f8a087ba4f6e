// Writes a resource file as a person would.
#pragma once

#include <string>

#include "base/json.h"

namespace hm::catalog {

// YAML of an object: small objects and lists stand on one line.
std::string yaml_text(const Json& document);

}  // namespace hm::catalog
