// The files of protocols/: every file is a list of suites, every suite a model and its cases.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "aws/model.h"
#include "base/json.h"
#include "models.h"
#include "report.h"

namespace hm::conformance {

struct VectorCase {
  std::string name;  // "rest-json/RestJsonFoo", or by number where it has no id
  aws::Service service;
  aws::Operation operation;
  const Json& suite;
  const Json& test;  // {given, params, serialized} or {given, response, result}
};

// Calls `run` for each case of the files in the folders.
void for_each_case(const std::vector<std::filesystem::path>& folders, Report& report,
                   const std::function<void(const VectorCase&)>& run);

}  // namespace hm::conformance
