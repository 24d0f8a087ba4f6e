// Who am I, and who may I become: roles are assumed as their trust policy says, external id included.
#include <algorithm>

#include "base/encoding.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr int64_t kDefaultRoleSession_s = 3600, kDefaultUserSession_s = 43'200;
constexpr int64_t kLeastSession_s = 900, kMostSession_s = 43'200, kMostUserSession_s = 129'600;
constexpr int64_t kMostChained_s = 3600;  // a session made from a session lives an hour at most

Json credentials(const Session& session) {
  return JsonObject{{"AccessKeyId", session.access_key_id},
                    {"SecretAccessKey", session.secret},
                    {"SessionToken", session.token},
                    {"Expiration", format_iso(session.expires_at)}};
}

Result<int64_t> duration_of(const Call& call, int64_t otherwise, int64_t most) {
  const auto* given = call.find("DurationSeconds");
  if (given == nullptr) return otherwise;
  const auto seconds = given->to_number<int64_t>();
  if (seconds < kLeastSession_s || seconds > most) {
    return refusal(400, "ValidationError",
                   "The requested DurationSeconds must be between " + std::to_string(kLeastSession_s) +
                       " and " + std::to_string(most) + ".");
  }
  return seconds;
}

bool names_caller(const Json& principal, const Caller& caller) {
  if (principal.is_array()) {
    return std::any_of(principal.get_array().begin(), principal.get_array().end(),
                       [&](const Json& one) { return names_caller(one, caller); });
  }
  if (!principal.is_string()) return false;
  const auto text = as_text(principal);
  return text == "*" || text == caller.arn || text == caller.account_id ||
         text == "arn:aws:iam::" + caller.account_id + ":root";
}

// StringEquals on sts:ExternalId is the one condition that is understood; another one is never met.
bool conditions_met(const Json* condition, const Json* external_id) {
  if (condition == nullptr || !condition->is_object()) return true;
  for (const auto& [kind, keys] : condition->get_object()) {
    if (kind != "StringEquals" || !keys.is_object()) return false;
    for (const auto& [key, wanted] : keys.get_object()) {
      if (key != "sts:ExternalId" || external_id == nullptr || wanted != *external_id) return false;
    }
  }
  return true;
}

bool trusts(const Json& role, const Call& call) {
  const auto policy = parse_json(percent_decode(member_text(role, "AssumeRolePolicyDocument")));
  if (!policy) return false;
  const auto* statements = member(*policy, "Statement");
  if (statements == nullptr || !statements->is_array()) return false;
  return std::any_of(statements->get_array().begin(), statements->get_array().end(),
                     [&](const Json& statement) {
                       const auto* principal = member(statement, "Principal");
                       if (principal != nullptr && principal->is_object())
                         principal = member(*principal, "AWS");
                       return member_text(statement, "Effect") == "Allow" && principal != nullptr &&
                              names_caller(*principal, call.caller) &&
                              conditions_met(member(statement, "Condition"), call.find("ExternalId"));
                     });
}

}  // namespace

Result<Json> get_caller_identity(const Call& call) {
  return Json(JsonObject{
      {"UserId", call.caller.user_id}, {"Account", call.caller.account_id}, {"Arn", call.caller.arn}});
}

Result<Json> get_session_token(const Call& call) {
  if (call.caller.session) {
    return refusal(403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
  }
  HM_TRY(auto seconds, duration_of(call, kDefaultUserSession_s, kMostUserSession_s));
  const auto session = call.identity.open_session(call.account_id, call.caller.arn, call.caller.user_id,
                                                  call.now + std::chrono::seconds(seconds));
  return Json(JsonObject{{"Credentials", credentials(session)}});
}

Result<Json> assume_role(const Call& call) {
  const auto arn = call.text("RoleArn"), session_name = call.text("RoleSessionName");
  const auto denied = [&] {
    return refusal(
        403, "AccessDenied",
        "User: " + call.caller.arn + " is not authorized to perform: sts:AssumeRole on resource: " + arn);
  };
  const auto marker = arn.find(":role/");
  if (!arn.starts_with("arn:aws:iam::") || marker == std::string::npos) {
    return refusal(400, "ValidationError", arn + " is invalid");
  }
  const auto account_id = arn.substr(13, marker - 13);
  const auto name = arn.substr(arn.rfind('/') + 1);
  // A role that is not there and one that does not trust the caller look the same.
  if (call.world.plan().find(account_id) == nullptr) return denied();
  const auto role =
      call.world.with(account_id, "global", call.now, [&](Place& p) { return p.of("iam/role").find(name); });
  if (role.is_null() || !trusts(role, call)) return denied();
  const auto longest = role.at("MaxSessionDuration").to_number<int64_t>();
  HM_TRY(auto seconds, duration_of(call, kDefaultRoleSession_s, std::min(longest, kMostSession_s)));
  if (call.caller.session) seconds = std::min(seconds, kMostChained_s);
  const auto assumed = "arn:aws:sts::" + account_id + ":assumed-role/" + name + "/" + session_name;
  const auto user_id = std::string(member_text(role, "RoleId")) + ":" + session_name;
  const auto session =
      call.identity.open_session(account_id, assumed, user_id, call.now + std::chrono::seconds(seconds));
  return Json(JsonObject{{"Credentials", credentials(session)},
                         {"AssumedRoleUser", JsonObject{{"AssumedRoleId", user_id}, {"Arn", assumed}}}});
}

}  // namespace hm::sim
