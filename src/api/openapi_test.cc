// openapi.yaml and the route table say the same, both ways round.
#include <set>

#include "api/test_api.h"

namespace hm::api {
namespace {

struct Documented {
  std::string role;
  bool open = false;  // no credentials are asked
};

std::map<std::string, Documented> documented(const Contract& contract) {
  std::map<std::string, Documented> all;
  for (const auto& [path, operations] : contract.document().at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      std::string upper(method);
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      const Json* security = member(operation, "security");
      all[upper + " " + std::string(path)] = {std::string(member_text(operation, "x-role")),
                                              security != nullptr};
    }
  }
  return all;
}

TEST(OpenApi, EveryRouteIsDocumentedAndEveryDocumentedOneIsServed) {
  const Contract contract;
  const auto known = documented(contract);
  std::set<std::string> served;
  for (const Route& route : all_routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.pattern);
    EXPECT_TRUE(served.insert(name).second) << name << " stands twice in the route table";
    const auto found = known.find(name);
    ASSERT_NE(found, known.end()) << name << " is served and not documented";
    EXPECT_EQ(found->second.role, to_string(route.access)) << name;
    EXPECT_EQ(found->second.open, route.access == Access::none) << name;
  }
  for (const auto& [name, operation] : known)
    EXPECT_TRUE(served.contains(name)) << name << " is documented and not served";
  EXPECT_GT(served.size(), 40u);
}

TEST(OpenApi, ParametersOfThePathAreDeclared) {
  const Contract contract;
  for (const auto& [path, operations] : contract.document().at("paths").as_object()) {
    const std::string pattern(path);
    const auto wanted = std::count(pattern.begin(), pattern.end(), '{');
    for (const auto& [method, operation] : operations.as_object()) {
      int64_t declared = 0;
      if (const Json* parameters = member(operation, "parameters")) {
        for (const Json& parameter : parameters->get_array()) {
          const std::string_view reference = member_text(parameter, "$ref");
          const Json& actual =
              reference.empty() ? parameter : contract.document().at_pointer(reference.substr(1));
          declared += member_text(actual, "in") == "path";
        }
      }
      EXPECT_EQ(declared, wanted) << method << " " << pattern;
    }
  }
}

// A check that never fails proves nothing.
TEST(OpenApi, TheContractCheckFindsFaults) {
  const Contract contract;
  const Json* schema = contract.schema("GET", "/api/v1/summary", 200, "application/json");
  ASSERT_NE(schema, nullptr);
  EXPECT_FALSE(contract.check(*schema, JsonObject{{"resources", 1}}).empty());
  const Json* error = contract.schema("GET", "/api/v1/summary", 500, "application/json");
  ASSERT_NE(error, nullptr);
  EXPECT_FALSE(contract.check(*error, JsonObject{{"error", "text"}}).empty());
  EXPECT_TRUE(
      contract
          .check(*error,
                 JsonObject{{"error", JsonObject{{"code", "a"}, {"message", "b"}, {"request_id", "c"}}}})
          .empty());
}

}  // namespace
}  // namespace hm::api
