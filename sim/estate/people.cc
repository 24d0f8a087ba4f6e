// IAM: users, groups, roles and policies, and the roles by which HostMaster comes in.
#include "base/encoding.h"
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

constexpr const char* kFirst[] = {"ana",   "ben",   "chloe", "dario", "emma",
                                  "farid", "greta", "hugo",  "ines",  "jonas"};
constexpr const char* kLast[] = {"adler", "brandt", "costa", "duval", "ellis", "fischer", "garcia", "horvat"};

std::string document_text(const JsonObject& policy) { return percent_encode(to_json(policy)); }

JsonObject statement(const Json& principal, const Json& action, Json condition = {}) {
  JsonObject row{{"Effect", "Allow"}, {"Principal", principal}, {"Action", action}};
  if (!condition.is_null()) row["Condition"] = std::move(condition);
  return {{"Version", "2012-10-17"}, {"Statement", JsonArray{std::move(row)}}};
}

JsonObject allow(const Json& action, const Json& resource) {
  return {
      {"Version", "2012-10-17"},
      {"Statement", JsonArray{JsonObject{{"Effect", "Allow"}, {"Action", action}, {"Resource", resource}}}}};
}

JsonObject attached(std::string_view name, std::string_view arn) {
  return {{"PolicyName", name}, {"PolicyArn", arn}};
}

// AWS's own policies exist in every account and are no resource of the company.
void add_aws_policy(Builder& b, const std::string& name, const JsonObject& document) {
  const auto arn = "arn:aws:iam::aws:policy/" + name;
  b.place.of("iam/aws_policy")
      .put(arn, JsonObject{{"PolicyName", name}, {"_Document", document_text(document)}});
}

void add_policy(Builder& b, int64_t index) {
  const auto name = b.service_name() + "-access-" + std::to_string(index);
  const auto arn = b.arn("iam", "policy/" + name, false);
  const bool everything = b.rng.chance(8);
  const auto document = everything ? allow("*", "*") : allow(JsonArray{"s3:GetObject", "s3:ListBucket"}, "*");
  const auto created = b.past(50, 1200);
  if (!b.add("iam/policy", arn,
             JsonObject{{"PolicyName", name},
                        {"PolicyId", "ANPA" + b.rng.upper(17)},
                        {"Arn", arn},
                        {"Path", "/"},
                        {"DefaultVersionId", "v1"},
                        {"AttachmentCount", b.rng.between(0, 3)},
                        {"PermissionsBoundaryUsageCount", 0},
                        {"IsAttachable", true},
                        {"CreateDate", created},
                        {"UpdateDate", created},
                        {"Tags", b.tags(name, "iam/policy", arn)},
                        {"_Document", document_text(document)},
                        {"_Versions",
                         JsonArray{JsonObject{
                             {"VersionId", "v1"}, {"IsDefaultVersion", true}, {"CreateDate", created}}}}})) {
    return;
  }
  if (everything) b.plant("policy_allows_everything", "hole", "iam/policy", arn);
}

void add_role(Builder& b, const std::string& name, const JsonObject& trust, JsonArray policies,
              std::string_view about, bool plain = false) {
  const auto arn = b.arn("iam", "role/" + name, false);
  JsonObject document{{"Path", "/"},
                      {"RoleName", name},
                      {"RoleId", "AROA" + b.rng.upper(17)},
                      {"Arn", arn},
                      {"CreateDate", b.past(60, 1400)},
                      {"AssumeRolePolicyDocument", document_text(trust)},
                      {"Description", about},
                      {"MaxSessionDuration", 3600},
                      {"Tags", plain ? b.tags(name, "iam/role", name) : b.name_tag(name)},
                      {"RoleLastUsed", JsonObject{{"LastUsedDate", b.past(0, 300)}, {"Region", "eu-west-1"}}},
                      {"_Attached", std::move(policies)},
                      {"_Inline", JsonArray{}},
                      {"_Profiles", JsonArray{}}};
  if (plain && b.rng.chance(20)) {
    document["_Inline"] = JsonArray{"inline"};
    document["_InlineDocuments"] = JsonObject{{"inline", document_text(allow("logs:PutLogEvents", "*"))}};
  }
  b.add("iam/role", name, std::move(document));
}

void add_group(Builder& b, const std::string& name, JsonArray policies) {
  b.add("iam/group", name,
        JsonObject{{"Path", "/"},
                   {"GroupName", name},
                   {"GroupId", "AGPA" + b.rng.upper(17)},
                   {"Arn", b.arn("iam", "group/" + name, false)},
                   {"CreateDate", b.past(300, 1500)},
                   {"_Attached", std::move(policies)},
                   {"_Inline", JsonArray{"own-password"}},
                   {"_InlineDocuments",
                    JsonObject{{"own-password", document_text(allow("iam:ChangePassword", "*"))}}}});
}

JsonArray groups_of(Builder& b, const std::string& name) {
  const auto document = b.place.of("iam/group").find(name);
  if (document.is_null()) return {};
  JsonObject row;
  for (const char* key : {"Path", "GroupName", "GroupId", "Arn", "CreateDate"}) row[key] = document.at(key);
  return {std::move(row)};
}

void add_user(Builder& b, int64_t index) {
  const auto name = std::string(b.rng.pick(kFirst)) + "." + b.rng.pick(kLast) + "." + std::to_string(index);
  const auto created = b.past(100, 1500);
  const bool console = b.rng.chance(70), mfa = b.rng.chance(80), old_key = b.rng.chance(30);
  JsonArray keys;
  JsonObject document{{"Path", "/"},
                      {"UserName", name},
                      {"UserId", "AIDA" + b.rng.upper(17)},
                      {"Arn", b.arn("iam", "user/" + name, false)},
                      {"CreateDate", created},
                      {"Tags", b.tags(name, "iam/user", name)},
                      {"_Groups", groups_of(b, b.rng.chance(20) ? "administrators" : "developers")},
                      {"_Attached", JsonArray{}},
                      {"_Inline", JsonArray{}},
                      {"_Mfa", JsonArray{}}};
  if (old_key) {
    keys.push_back(JsonObject{{"UserName", name},
                              {"AccessKeyId",
                               "AK"
                               "IASIM" +
                                   b.rng.upper(13)},
                              {"Status", "Active"},
                              {"CreateDate", b.past(400, 1400)}});
  }
  document["_Keys"] = std::move(keys);
  if (index % 7 == 0) {
    document["_Inline"] = JsonArray{"own-keys"};
    document["_InlineDocuments"] = JsonObject{{"own-keys", document_text(allow("iam:*AccessKey*", "*"))}};
  }
  if (index % 5 == 0) {
    document["PermissionsBoundary"] =
        JsonObject{{"PermissionsBoundaryType", "PermissionsBoundaryPolicy"},
                   {"PermissionsBoundaryArn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}};
  }
  if (console) {
    document["PasswordLastUsed"] = b.past(1, 200);
    document["_Login"] =
        JsonObject{{"UserName", name}, {"CreateDate", created}, {"PasswordResetRequired", false}};
  }
  if (mfa) {
    document["_Mfa"] = JsonArray{JsonObject{
        {"UserName", name}, {"SerialNumber", b.arn("iam", "mfa/" + name, false)}, {"EnableDate", created}}};
  }
  if (!b.add("iam/user", name, std::move(document))) return;
  if (console && !mfa) b.plant("user_without_mfa", "hole", "iam/user", name);
  if (old_key) b.plant("access_key_old", "hole", "iam/user", name);
}

void add_entry_roles(Builder& b) {
  const auto& management = b.plan.accounts.front();
  const Json principal = JsonObject{{"AWS", "arn:aws:iam::" + management.id + ":root"}};
  const Json condition = JsonObject{{"StringEquals", JsonObject{{"sts:ExternalId", b.account.external_id}}}};
  const JsonArray read{attached("ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess")};
  const JsonArray all{attached("AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess")};
  add_role(b, "HostMasterReadOnly", statement(principal, "sts:AssumeRole", condition), read,
           "HostMaster looks");
  add_role(b, "OrganizationAccountAccessRole", statement(principal, "sts:AssumeRole"), all,
           "The organization's");
  add_role(b, "app-server", statement(JsonObject{{"Service", "ec2.amazonaws.com"}}, "sts:AssumeRole"), {},
           "Instances run as this");
}

}  // namespace

void build_iam(Builder& b) {
  add_entry_roles(b);
  add_aws_policy(b, "ReadOnlyAccess", allow(JsonArray{"ec2:Describe*", "s3:Get*", "s3:List*"}, "*"));
  add_aws_policy(b, "AdministratorAccess", allow("*", "*"));
  add_group(b, "developers", {attached("ReadOnlyAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess")});
  if (b.quota() > 20) {
    add_group(b, "administrators",
              {attached("AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess")});
  }
  for (int64_t i = 0; i < b.share(150, 1); ++i) add_policy(b, i);
  for (int64_t i = 0; i < b.share(300, 1); ++i) add_user(b, i);
  for (int64_t i = 0; i < b.share(250, 0); ++i) {
    const auto name = b.service_name() + "-role-" + std::to_string(i);
    const bool open = b.rng.chance(3);
    const Json principal = open ? Json("*") : Json(JsonObject{{"Service", "lambda.amazonaws.com"}});
    add_role(b, name, statement(principal, "sts:AssumeRole"), {}, "", true);
    if (open) b.plant("role_trusts_everyone", "hole", "iam/role", name);
  }
}

}  // namespace hm::sim
