#include "protocol_vectors.h"

#include <algorithm>

#include <fmt/format.h>

namespace hm::conformance {

namespace {

namespace fs = std::filesystem;

struct Loaded {
  std::string name;
  const Json* suite;
  const Json* test;
};

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json model_of(const Json& suite, const Json& given) {
  JsonObject operation = given.get_object();
  if (!operation.contains("http")) operation["http"] = JsonObject{{"method", "POST"}, {"requestUri", "/"}};
  JsonObject metadata = suite.at("metadata").get_object();
  metadata.emplace("endpointPrefix", "service");
  const std::string name(member_text(given, "name"));
  return JsonObject{
      {"metadata", metadata}, {"shapes", suite.at("shapes")}, {"operations", {{name, operation}}}};
}

void load(const fs::path& file, const Json& suites, std::vector<Loaded>& cases) {
  const bool legacy = file.string().find("/legacy/") != std::string::npos;
  for (size_t s = 0; s < suites.get_array().size(); ++s) {
    const Json& suite = suites.at(s);
    const JsonArray& tests = suite.at("cases").get_array();
    for (size_t t = 0; t < tests.size(); ++t) {
      const std::string_view id = member_text(tests[t], "id");
      const std::string label = id.empty() ? fmt::format("{}.{}", s + 1, t + 1) : std::string(id);
      cases.push_back(
          {fmt::format("{}{}/{}", legacy ? "legacy/" : "", file.stem().string(), label), &suite, &tests[t]});
    }
  }
}

}  // namespace

void for_each_case(const std::vector<fs::path>& folders, Report& report,
                   const std::function<void(const VectorCase&)>& run) {
  std::vector<std::unique_ptr<Json>> documents;  // the cases point into them
  std::vector<Loaded> cases;
  for (const fs::path& folder : folders) {
    for (const fs::path& file : files_in(folder)) {
      auto suites = read_json(file.string());
      if (!suites || !suites->is_array()) {
        report.fail(file.filename().string(), suites ? "no list of suites" : suites.error().text());
        continue;
      }
      documents.push_back(std::make_unique<Json>(*std::move(suites)));
      load(file, *documents.back(), cases);
    }
  }
  VectorModels models;
  for (const Loaded& one : cases) models.add(one.name, model_of(*one.suite, one.test->at("given")));
  if (const auto compiled = models.compile(); !compiled)
    return report.fail("models", compiled.error().text());
  for (const Loaded& one : cases) {
    const auto service = models.find_service(one.name);
    const auto operation = service ? service->find(member_text(one.test->at("given"), "name")) : std::nullopt;
    if (!operation) {
      report.fail(one.name, "the model does not have the operation");
      continue;
    }
    run({one.name, *service, *operation, *one.suite, *one.test});
  }
}

}  // namespace hm::conformance
