// Checks a document against a JSON Schema (draft 7, as far as valijson knows it).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hm::catalog {

struct SchemaFault {
  std::string pointer;  // JSON Pointer to the value: "/columns/name"
  std::string text;
};

// A schema of the program's own. One that is no JSON stops the program.
Json schema_of(std::string_view text);

// Every fault, or none. A schema that is itself malformed stops the program: it is part of the binary.
std::vector<SchemaFault> check_schema(const Json& schema, const Json& document);

}  // namespace hm::catalog
