// IAM's questions that are more than a part of one document.
#include "base/encoding.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

// Without a name, IAM means the caller.
std::string user_name(const Call& call) {
  const auto given = call.text("UserName");
  return given.empty() ? call.caller.arn.substr(call.caller.arn.rfind('/') + 1) : given;
}

Json administrator(const Call& call) {
  return JsonObject{{"Path", "/"},
                    {"UserName", kAdministrator},
                    {"UserId", call.caller.user_id},
                    {"Arn", call.caller.arn},
                    {"CreateDate", format_iso(call.world.plan().founded_at)}};
}

Result<Json> inline_policy(const Call& call, const char* collection, const char* param) {
  const auto id = call.text(param), name = call.text("PolicyName");
  HM_TRY(auto document, in_place(call, true, [&](Place& place) { return require(place, collection, id); }));
  const auto* documents = member(document, "_InlineDocuments");
  const auto* text = documents != nullptr ? member(*documents, name) : nullptr;
  if (text == nullptr)
    return refusal(404, "NoSuchEntity", "The policy with name " + name + " cannot be found.");
  return Json(JsonObject{{param, id}, {"PolicyName", name}, {"PolicyDocument", *text}});
}

}  // namespace

Result<Json> get_user(const Call& call) {
  const auto name = user_name(call);
  if (name == kAdministrator) return Json(JsonObject{{"User", administrator(call)}});
  HM_TRY(auto user, in_place(call, true, [&](Place& place) { return require(place, "iam/user", name); }));
  return Json(JsonObject{{"User", std::move(user)}});
}

Result<Json> get_group(const Call& call) {
  const auto name = call.text("GroupName");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    HM_TRY(auto group, require(place, "iam/group", name));
    JsonArray users;
    place.of("iam/user").each(0, [&](uint64_t, const std::string&, const std::string& text) {
      auto user = stored(text);
      for (const auto& one : user.at("_Groups").as_array()) {
        if (member_text(one, "GroupName") == name) users.push_back(user);
      }
      return true;
    });
    return Json(JsonObject{{"Group", std::move(group)}, {"Users", std::move(users)}, {"IsTruncated", false}});
  });
}

Result<Json> get_policy_version(const Call& call) {
  const auto arn = call.text("PolicyArn"), version = call.text("VersionId");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    auto policy = place.of("iam/aws_policy").find(arn);
    if (policy.is_null()) {
      HM_TRY(policy, require(place, "iam/policy", arn));
    }
    if (version != "v1") {
      return refusal(404, "NoSuchEntity", "Policy " + arn + " version " + version + " does not exist.");
    }
    const auto* created = member(policy, "CreateDate");
    return Json(JsonObject{
        {"PolicyVersion",
         JsonObject{{"Document", policy.at("_Document")},
                    {"VersionId", "v1"},
                    {"IsDefaultVersion", true},
                    {"CreateDate",
                     created != nullptr ? *created : Json(format_iso(call.world.plan().founded_at))}}}});
  });
}

Result<Json> get_user_policy(const Call& call) { return inline_policy(call, "iam/user", "UserName"); }
Result<Json> get_role_policy(const Call& call) { return inline_policy(call, "iam/role", "RoleName"); }
Result<Json> get_group_policy(const Call& call) { return inline_policy(call, "iam/group", "GroupName"); }

Result<Json> list_access_keys(const Call& call) {
  const auto name = user_name(call);
  JsonArray keys;
  if (name != kAdministrator) {
    HM_TRY(auto user, in_place(call, true, [&](Place& place) { return require(place, "iam/user", name); }));
    if (const auto* planted = member(user, "_Keys"); planted != nullptr) keys = planted->as_array();
  }
  auto made = call.identity.keys_of(call.account_id, name);
  if (name == kAdministrator) {
    for (const auto& key : call.identity.keys()) {
      if (key.account_id == call.account_id) made.push_back(key);
    }
  }
  for (const auto& key : made) {
    keys.push_back(JsonObject{{"UserName", name},
                              {"AccessKeyId", key.id},
                              {"Status", "Active"},
                              {"CreateDate", format_iso(call.world.plan().observed_at)}});
  }
  return Json(JsonObject{{"AccessKeyMetadata", std::move(keys)}, {"IsTruncated", false}});
}

Result<Json> get_access_key_last_used(const Call& call) {
  const auto id = call.text("AccessKeyId");
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    std::string owner = kAdministrator;
    place.of("iam/user").each(0, [&](uint64_t, const std::string& name, const std::string& text) {
      if (text.find(id) == std::string::npos) return true;
      owner = name;
      return false;
    });
    return Json(JsonObject{{"UserName", owner},
                           {"AccessKeyLastUsed", JsonObject{{"LastUsedDate", "2026-10-02T07:11:00Z"},
                                                            {"ServiceName", "s3"},
                                                            {"Region", "eu-west-1"}}}});
  });
}

Result<Json> get_account_summary(const Call& call) {
  return in_place(call, true, [&](Place& place) -> Result<Json> {
    const auto count = [&](const char* collection) {
      return static_cast<int64_t>(place.of(collection).size());
    };
    return Json(JsonObject{{"SummaryMap", JsonObject{{"Users", count("iam/user")},
                                                     {"Groups", count("iam/group")},
                                                     {"Roles", count("iam/role")},
                                                     {"Policies", count("iam/policy")},
                                                     {"AccountMFAEnabled", 1},
                                                     {"AccountAccessKeysPresent", 0},
                                                     {"UsersQuota", 5000},
                                                     {"RolesQuota", 1000}}}});
  });
}

Result<Json> get_account_password_policy(const Call& call) {
  // The sandbox never set one.
  if (call.world.plan().find(call.account_id)->name == "sandbox") {
    return refusal(404, "NoSuchEntity",
                   "The Password Policy with domain name " + call.account_id + " cannot be found.");
  }
  return Json(JsonObject{{"PasswordPolicy", JsonObject{{"MinimumPasswordLength", 14},
                                                       {"RequireSymbols", true},
                                                       {"RequireNumbers", true},
                                                       {"RequireUppercaseCharacters", true},
                                                       {"RequireLowercaseCharacters", true},
                                                       {"AllowUsersToChangePassword", true},
                                                       {"ExpirePasswords", false}}}});
}

Result<Json> list_account_aliases(const Call& call) {
  const auto& plan = call.world.plan();
  const auto alias = plan.company + "-" + plan.find(call.account_id)->name;
  return Json(JsonObject{{"AccountAliases", JsonArray{Json(alias)}}, {"IsTruncated", false}});
}

}  // namespace hm::sim
