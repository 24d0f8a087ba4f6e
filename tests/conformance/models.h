// Service models that vectors bring along, compiled by the same compiler as the embedded table.
#pragma once

#include <string>

#include "aws/model.h"
#include "base/json.h"

namespace hm::conformance {

class VectorModels {
 public:
  // `model` has metadata, operations and shapes, as botocore's service-2.json.
  void add(std::string_view name, Json model);
  // Compiles what was added; find_service answers from then on, as long as this lives.
  Status compile();
  std::optional<aws::Service> find_service(std::string_view name) const;

 private:
  JsonObject services_;
  std::string bytes_;
  std::optional<aws::ModelTable> table_;
};

// The file as text or JSON; an error names it.
Result<std::string> read_text(const std::string& path);
Result<Json> read_json(const std::string& path);

}  // namespace hm::conformance
