#include "protocol_vectors.h"

#include <algorithm>

#include <fmt/format.h>

namespace hm::conformance {

namespace {

namespace fs = std::filesystem;

// Vectors name the endpoint themselves.
constexpr std::string_view kCustomEndpointAlone = R"({
  "version": "1.0",
  "parameters": {"Endpoint": {"builtIn": "SDK::Endpoint", "required": true, "type": "String"}},
  "rules": [{"conditions": [], "type": "endpoint",
             "endpoint": {"url": {"ref": "Endpoint"}, "properties": {}, "headers": {}}}]
})";

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

// What a case says of its input or output beside the shape's name is as if the shape said it.
void merge_into_shape(const JsonObject& operation, std::string_view side, JsonObject& shapes) {
  const Json* reference = operation.if_contains(side);
  if (reference == nullptr) return;
  JsonObject& shape = shapes[member_text(*reference, "shape")].get_object();
  for (const auto& [key, value] : reference->get_object()) {
    if (key != "shape") shape.insert_or_assign(key, value);
  }
}

Json model_of(const Json& suite, const Json& given) {
  JsonObject operation = given.get_object();
  if (!operation.contains("http")) operation["http"] = JsonObject{{"method", "POST"}, {"requestUri", "/"}};
  JsonObject shapes = suite.at("shapes").get_object();
  merge_into_shape(operation, "input", shapes);
  merge_into_shape(operation, "output", shapes);
  JsonObject metadata = suite.at("metadata").get_object();
  metadata.emplace("endpointPrefix", "service");
  const std::string name(member_text(given, "name"));
  if (member_text(metadata, "protocol") == "query" && operation.contains("output")) {
    operation["output"].get_object().emplace("resultWrapper", name + "Result");
  }
  return JsonObject{{"metadata", metadata},
                    {"shapes", shapes},
                    {"operations", JsonObject{{name, operation}}},
                    {"rules", *parse_json(kCustomEndpointAlone)}};
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
