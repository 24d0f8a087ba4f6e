#include "api/role_documents.h"

namespace hm::api {

namespace {

const std::string kRole(kRoleName);

std::string indented(const std::string& text, size_t spaces) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result.append(spaces, ' ');
  }
  return result;
}

std::string numbered(size_t i) { return kRole + std::to_string(i + 1); }

}  // namespace

JsonArray role_commands(const Json& trust, const std::vector<Json>& policies) {
  JsonArray commands{Json("aws iam create-role --role-name " + kRole + " --assume-role-policy-document '" +
                          to_json(trust) + "'")};
  if (policies.size() == 1) {
    commands.emplace_back("aws iam put-role-policy --role-name " + kRole + " --policy-name " + kRole +
                          " --policy-document '" + to_json(policies.front()) + "'");
    return commands;
  }
  for (size_t i = 0; i < policies.size(); ++i) {
    commands.emplace_back("aws iam attach-role-policy --role-name " + kRole +
                          " --policy-arn \"$(aws iam create-policy --policy-name " + numbered(i) +
                          " --policy-document '" + to_json(policies[i]) +
                          "' --query Policy.Arn --output text)\"");
  }
  return commands;
}

std::string role_cloudformation(const Json& trust, const std::vector<Json>& policies) {
  // JSON is YAML, so the documents stand in the template as they are.
  std::string text =
      "AWSTemplateFormatVersion: '2010-09-09'\n"
      "Description: Lets HostMaster read this account\n"
      "Resources:\n"
      "  Role:\n"
      "    Type: AWS::IAM::Role\n"
      "    Properties:\n"
      "      RoleName: " +
      kRole + "\n      AssumeRolePolicyDocument:\n        " + indented(to_json_pretty(trust), 8) + "\n";
  if (policies.size() == 1) {
    text += "      Policies:\n        - PolicyName: " + kRole + "\n          PolicyDocument:\n            " +
            indented(to_json_pretty(policies.front()), 12) + "\n";
  } else {
    for (size_t i = 0; i < policies.size(); ++i) {
      text +=
          "  Policy" + std::to_string(i + 1) +
          ":\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      ManagedPolicyName: " + numbered(i) +
          "\n      Roles: [!Ref Role]\n      PolicyDocument:\n        " +
          indented(to_json_pretty(policies[i]), 8) + "\n";
    }
  }
  return text + "Outputs:\n  RoleArn:\n    Value: !GetAtt Role.Arn\n";
}

std::string role_terraform(const Json& trust, const std::vector<Json>& policies) {
  const auto document = [](const char* name, const Json& json) {
    return "  " + std::string(name) + " = <<-JSON\n    " + indented(to_json_pretty(json), 4) + "\n  JSON\n";
  };
  std::string text = "resource \"aws_iam_role\" \"hostmaster\" {\n  name               = \"" + kRole +
                     "\"\n" + document("assume_role_policy", trust) + "}\n\n";
  if (policies.size() == 1) {
    text += "resource \"aws_iam_role_policy\" \"hostmaster\" {\n  name   = \"" + kRole +
            "\"\n  role   = aws_iam_role.hostmaster.id\n" + document("policy", policies.front()) + "}\n\n";
  } else {
    for (size_t i = 0; i < policies.size(); ++i) {
      const std::string name = "hostmaster_" + std::to_string(i + 1);
      text += "resource \"aws_iam_policy\" \"" + name + "\" {\n  name   = \"" + numbered(i) + "\"\n" +
              document("policy", policies[i]) + "}\n\nresource \"aws_iam_role_policy_attachment\" \"" + name +
              "\" {\n  role       = aws_iam_role.hostmaster.name\n  policy_arn = aws_iam_policy." + name +
              ".arn\n}\n\n";
    }
  }
  return text + "output \"hostmaster_role_arn\" {\n  value = aws_iam_role.hostmaster.arn\n}\n";
}

}  // namespace hm::api
