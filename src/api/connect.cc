#include "api/iam_policy.h"
#include "api/route.h"
#include "base/crypto.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_connect(Services& services, const Request& request);
Result<ServerResponse> get_iam_policy(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/connect", Access::admin, get_connect},
    {"GET", "/api/v1/iam-policy", Access::viewer, get_iam_policy},
};

constexpr std::string_view kRoleName = "HostMasterReadOnly";

std::string indented(const std::string& text, size_t spaces) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result.append(spaces, ' ');
  }
  return result;
}

std::string cloudformation(const std::string& trust, const std::string& policy) {
  const std::string role(kRoleName);
  // JSON is YAML, so the documents stand in the template as they are.
  return "AWSTemplateFormatVersion: '2010-09-09'\n"
         "Description: Lets HostMaster read this account\n"
         "Resources:\n"
         "  Role:\n"
         "    Type: AWS::IAM::Role\n"
         "    Properties:\n"
         "      RoleName: " +
         role +
         "\n"
         "      AssumeRolePolicyDocument:\n        " +
         indented(trust, 8) +
         "\n"
         "      Policies:\n"
         "        - PolicyName: " +
         role +
         "\n"
         "          PolicyDocument:\n            " +
         indented(policy, 12) +
         "\n"
         "Outputs:\n"
         "  RoleArn:\n"
         "    Value: !GetAtt Role.Arn\n";
}

std::string terraform(const std::string& trust, const std::string& policy) {
  const std::string role(kRoleName);
  return "resource \"aws_iam_role\" \"hostmaster\" {\n"
         "  name               = \"" +
         role +
         "\"\n"
         "  assume_role_policy = <<-JSON\n    " +
         indented(trust, 4) +
         "\n  JSON\n"
         "}\n\n"
         "resource \"aws_iam_role_policy\" \"hostmaster\" {\n"
         "  name   = \"" +
         role +
         "\"\n"
         "  role   = aws_iam_role.hostmaster.id\n"
         "  policy = <<-JSON\n    " +
         indented(policy, 4) +
         "\n  JSON\n"
         "}\n\n"
         "output \"hostmaster_role_arn\" {\n  value = aws_iam_role.hostmaster.arn\n}\n";
}

JsonArray commands(const Json& trust, const Json& policy) {
  const std::string role(kRoleName);
  return {Json("aws iam create-role --role-name " + role + " --assume-role-policy-document '" +
               to_json(trust) + "'"),
          Json("aws iam put-role-policy --role-name " + role + " --policy-name " + role +
               " --policy-document '" + to_json(policy) + "'")};
}

Result<ServerResponse> get_connect(Services& services, const Request&) {
  const std::string external_id = random_uuid();
  JsonArray unknown;
  Json principal = nullptr;
  // Stands in the documents until a person fills it in; a wrong guess would trust a stranger.
  std::string trusted = "FILL-IN-THE-ARN-THAT-HOSTMASTER-RUNS-AS";
  auto arn = services.own_arn ? services.own_arn()
                              : Result<std::string>(make_error(ErrorKind::unavailable, "no_collector",
                                                               "this process does not call AWS"));
  if (arn) {
    trusted = principal_of(*arn);
    principal = trusted;
  } else {
    unknown.push_back(JsonObject{{"what", "principal"},
                                 {"reason", arn.error().message},
                                 {"code", arn.error().code},
                                 {"since", nullptr}});
  }
  const Json trust = trust_policy(trusted, external_id);
  const Json policy = iam_policy(*services.catalog);
  return json_answer(
      JsonObject{{"external_id", external_id},
                 {"role_name", kRoleName},
                 {"principal", std::move(principal)},
                 {"trust_policy", trust},
                 {"policy", policy},
                 {"commands", commands(trust, policy)},
                 {"cloudformation", cloudformation(to_json_pretty(trust), to_json_pretty(policy))},
                 {"terraform", terraform(to_json_pretty(trust), to_json_pretty(policy))},
                 {"unknown", std::move(unknown)}});
}

Result<ServerResponse> get_iam_policy(Services& services, const Request&) {
  JsonArray permissions;
  for (const auto& [action, types] : needed_permissions(*services.catalog)) {
    JsonArray names;
    for (const std::string& type : types) names.emplace_back(type);
    permissions.push_back(JsonObject{{"action", action}, {"types", std::move(names)}});
  }
  return json_answer(
      JsonObject{{"policy", iam_policy(*services.catalog)}, {"permissions", std::move(permissions)}});
}

}  // namespace

std::span<const Route> connect_routes() { return kRoutes; }

}  // namespace hm::api
